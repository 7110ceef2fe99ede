# cmake -D folder=FOLDER -D pattern=*.yaml -D names=NAME_WE -D table=TABLE -D out=FILE.c -P embed.cmake
# Writes the files of FOLDER as arrays of bytes, and a table of them: base/embedded.h says what is in it. `names` is NAME or NAME_WE.
file(GLOB files ${folder}/${pattern})
list(SORT files)
set(arrays "")
set(rows "")
foreach(file ${files})
  get_filename_component(name ${file} ${names})
  string(MAKE_C_IDENTIFIER "file_${name}" id)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "static const unsigned char ${id}[] = {${bytes}};\n")
  string(APPEND rows "\t{\"${name}\", ${id}, sizeof(${id})},\n")
endforeach()
file(WRITE ${out} "#include \"base/embedded.h\"\n\n${arrays}\nextern const struct embedded ${table}[];\nextern const size_t ${table}_len;\n"
  "const struct embedded ${table}[] = {\n${rows}};\nconst size_t ${table}_len = sizeof(${table}) / sizeof(${table}[0]);\n")
