# What is installed beside the program, and the Debian package. Needs the target wick.
#
#   cmake --install BUILD                     into CMAKE_INSTALL_PREFIX
#   cpack --config BUILD/CPackConfig.cmake    a .deb, from a build whose prefix is /usr

# Man page and completion are written by the program itself, from its table of commands.
find_program(GZIP gzip REQUIRED)
set(papers ${CMAKE_BINARY_DIR}/papers)
add_custom_command(
  OUTPUT ${papers}/wick.1.gz ${papers}/wick
  COMMAND ${CMAKE_COMMAND} -E make_directory ${papers}
  COMMAND wick help --man > ${papers}/wick.1
  COMMAND ${GZIP} -9nf ${papers}/wick.1
  COMMAND wick help --completion bash > ${papers}/wick
  DEPENDS wick
  VERBATIM)
add_custom_target(papers ALL DEPENDS ${papers}/wick.1.gz ${papers}/wick)

configure_file(packaging/wick.service.in ${papers}/wick.service @ONLY)
install(FILES ${papers}/wick.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${papers}/wick DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${papers}/wick.service DESTINATION lib/systemd/system)
install(FILES packaging/wick.yaml DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/wick)
install(DIRECTORY DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/wick/slo)
install(DIRECTORY slo/examples docs DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  return()
endif()

execute_process(COMMAND ${GZIP} -9n INPUT_FILE ${CMAKE_SOURCE_DIR}/packaging/debian/changelog
  OUTPUT_FILE ${papers}/changelog.gz COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${papers}/changelog.gz packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON) # /etc is outside of the prefix
set(CPACK_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "The wick maintainers <maintainers@wick.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "error budgets and burn rates from a Prometheus, counted right")
set(CPACK_PACKAGE_DESCRIPTION
  "wick reads service level objectives from YAML files, counts good and bad events\n\
through a Prometheus that is there already, keeps the counts in a ledger of its\n\
own, and serves error budgets and burn rates for Prometheus to scrape.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "git, prometheus")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_SOURCE_DIR}/packaging/debian/conffiles
  ${CMAKE_SOURCE_DIR}/packaging/debian/postinst
  ${CMAKE_SOURCE_DIR}/packaging/debian/prerm
  ${CMAKE_SOURCE_DIR}/packaging/debian/postrm)
include(CPack)
