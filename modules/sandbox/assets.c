/*
 * assets.c - the files of collect/, in the program. Each ends with a zero byte.
 *
 * The assembler reads them, with paths from the root of the repository, so the compiler does not
 * list them; the Makefile does. A test compares what is served with what is on disk.
 */
#include "modules/sandbox/sandbox.h"

#define ASSET(symbol, file)                                                                        \
    __asm__(".pushsection .rodata\n"                                                               \
            ".global " #symbol "\n"                                                                \
            ".hidden " #symbol "\n" #symbol ":\n"                                                  \
            ".incbin \"modules/sandbox/collect/" file "\"\n"                                       \
            ".byte 0\n"                                                                            \
            ".popsection\n")

ASSET(asset_collect_js, "Collect.js");
ASSET(asset_field_html, "field.html");
ASSET(asset_field_js, "field.js");
ASSET(asset_field_css, "field.css");
