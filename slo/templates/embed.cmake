# cmake -D folder=FOLDER -D out=FILE.c -P embed.cmake
# Writes FOLDER/*.yaml as arrays of bytes: slo/templates/sli_templates.h says what is in the table.
file(GLOB files ${folder}/*.yaml)
list(SORT files)
set(arrays "")
set(rows "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  string(MAKE_C_IDENTIFIER "file_${name}" id)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "static const unsigned char ${id}[] = {${bytes}};\n")
  string(APPEND rows "\t{\"${name}\", ${id}, sizeof(${id})},\n")
endforeach()
file(WRITE ${out} "#include \"slo/templates/sli_templates.h\"\n\n${arrays}\nconst struct template_file template_files[] = {\n${rows}};\n"
  "const size_t template_files_len = sizeof(template_files) / sizeof(template_files[0]);\n")
