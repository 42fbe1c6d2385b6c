# Remit. `make help` lists the targets; everything that is built goes below build/.

BUILD   ?= release
OUT     := build/$(BUILD)
PROGRAMS := invoices documents pay methods autopay login mailer drafter remit sandbox
DESTDIR ?=
PREFIX  ?= /usr/local

CC      ?= gcc
PYTHON  ?= python3
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wundef
PKGS    := libmariadb libcurl libsodium jansson expat libevent pangocairo pangoft2 cairo-pdf fontconfig
CPPFLAGS += -I. -isystem /usr/include/ClearSilver -D_GNU_SOURCE -DREMIT_PREFIX='"$(PREFIX)"' $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
# Asserts guard money: they stay on in every build (no -DNDEBUG anywhere).
CFLAGS_common  := -std=c17 $(WARN) -g -fno-strict-aliasing -fstack-protector-strong -fPIE
CFLAGS_release := -O3 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-clash-protection -fcf-protection=full
CFLAGS_debug   := -O0 -Werror
CFLAGS_faults  := -O1 -DREMIT_FAULTS
CFLAGS_asan    := -O1 -DREMIT_FAULTS -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS_release := -Wl,-z,relro,-z,now
LDFLAGS_asan   := -fsanitize=address,undefined
REMIT_CFLAGS   := $(CFLAGS_common) $(CFLAGS_$(BUILD)) $(CFLAGS)
# Only what a program uses is loaded: `invoices` has no libcurl in it, nobody but `documents` Pango.
REMIT_LDFLAGS  := -pie -Wl,--as-needed $(LDFLAGS_$(BUILD)) $(LDFLAGS)
LDLIBS  := -lneo_cgi -lneo_cs -lneo_utl -lfcgi $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lz

LIB      := $(OUT)/libremit.a
LIB_OBJS := $(patsubst %.c,$(OUT)/%.o,$(wildcard common/*/*.c))
BINS     := $(addprefix $(OUT)/bin/,$(PROGRAMS))
SUPPORT  := $(OUT)/tests/libsupport.a
UNITS    := $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/common/*/*_test.c))

.DEFAULT_GOAL := all
.SECONDEXPANSION:
.DELETE_ON_ERROR:
.SECONDARY:

.PHONY: all
all: $(BINS)                        ## build every program (BUILD=release|debug|faults|asan)

# One program = every .c in its folder and what it needs of the common library.
$(OUT)/bin/%: $$(addprefix $(OUT)/,$$(subst .c,.o,$$(wildcard modules/$$*/*.c))) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(REMIT_CFLAGS) $(REMIT_LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(LIB_OBJS)
	@rm -f $@
	ar rcs $@ $^

$(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(REMIT_CFLAGS) -MMD -MP -c -o $@ $<

# It has the files of its card fields inside.
$(OUT)/modules/sandbox/assets.o: $(wildcard modules/sandbox/collect/*)

# What tests share; each takes of it what it uses.
$(SUPPORT): $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/support/*.c))
	@rm -f $@
	ar rcs $@ $^

$(OUT)/tests/%: $(OUT)/tests/%.o $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(REMIT_CFLAGS) $(REMIT_LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

# Preloaded by tests/memory.
$(OUT)/tests/counted.so: tests/memory/counted.c
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE $(WARN) -O2 -fPIC -shared -o $@ $<

-include $(shell find build -name '*.d' 2>/dev/null)

# ---- the demo ----

.PHONY: deps run start stop
deps:                               ## install what is missing (Debian packages, the tests' npm packages)
	@nginx/demo/deps

# In a make of its own: what pkg-config says is known only once the packages are there.
PORT    ?= 8080
RUN     ?= build/run
GATEWAY ?=
run start stop: export BUILD := $(BUILD)
run start stop: export PORT := $(PORT)
run start stop: export RUN := $(RUN)
run start stop: export GATEWAY := $(GATEWAY)
run: deps                           ## the demo in the foreground (PORT=8080 RUN=build/run GATEWAY=URL)
	@$(MAKE) --no-print-directory all
	@nginx/demo/run

start: deps                         ## the demo in the background
	@$(MAKE) --no-print-directory all
	@nginx/demo/start

stop:                               ## end the demo of RUN
	@nginx/demo/stop

# ---- installing ----

SHARE     := $(DESTDIR)$(PREFIX)/share/remit
INSTALLED := $(filter-out sandbox,$(PROGRAMS))

.PHONY: install install-shared $(addprefix install-,$(INSTALLED))
install: $(addprefix install-,$(INSTALLED))  ## install every program (DESTDIR= PREFIX=); install-<program>: one

install-remit: $(OUT)/bin/remit install-shared
	install -D -m 755 $< $(DESTDIR)$(PREFIX)/bin/remit
	install -D -m 644 -t $(SHARE)/sql/migrations sql/migrations/*.sql
	install -D -m 644 -t $(SHARE)/sql sql/grants.sql

install-mailer: $(OUT)/bin/mailer install-shared
	install -D -m 755 $< $(DESTDIR)$(PREFIX)/lib/remit/mailer
	install -D -m 644 -t $(SHARE)/templates/mail templates/mail/*

install-drafter: $(OUT)/bin/drafter install-shared
	install -D -m 755 $< $(DESTDIR)$(PREFIX)/lib/remit/drafter

$(addprefix install-,$(filter-out remit mailer drafter,$(INSTALLED))): install-%: $(OUT)/bin/% install-shared
	install -D -m 755 $< $(DESTDIR)$(PREFIX)/lib/remit/$*
	install -D -m 644 -t $(SHARE)/templates/$* templates/$*/*
	for unit in $(wildcard modules/$*/*.service modules/$*/*.socket); do \
		install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/systemd/system $$unit || exit 1; done

install-shared:
	install -D -m 644 -t $(SHARE)/templates/shared templates/shared/*
	install -D -m 644 -t $(SHARE)/templates/static $(wildcard templates/static/*.*)
	install -D -m 644 -t $(SHARE)/templates/static/errors templates/static/errors/*
	install -D -m 644 -t $(SHARE)/nginx nginx/remit*.conf

.PHONY: help
help:                               ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s %s\n", $$1, $$2}' Makefile

# ---- tests ----

JOBS    ?= $(shell nproc)

.PHONY: build-release build-asan build-faults units
units: $(UNITS)
build-release:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=release all units build/release/tests/counted.so
build-asan:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=asan all units
build-faults:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=faults all

.PHONY: check check-unit check-web check-browser check-faults check-asan check-memory
check: deps build-release build-asan build-faults  ## install what is missing, build, run every test
	tests/run

check-unit: deps build-release                     ## rules, unit tables, statements and grants
	tests/run rules unit sql sandbox remit

check-web: deps build-release                      ## pages over nginx, HTTP only (ROUNDS=50: so many rounds of each race)
	tests/run web

check-browser: deps build-release                  ## stories in Chromium, accessibility
	tests/run browser

check-faults: deps build-release build-faults      ## pay killed at each step of a charge
	tests/run faults

check-asan: deps build-asan                        ## unit tables and web tests under ASan and UBSan
	tests/run unit-asan web-asan

.PHONY: bench bench-rows
bench: deps build-release                          ## pages over nginx: requests, latency, CPU, memory (SECS=8 CONNS=1,16,64)
	SECS=$(or $(SECS),8) CONNS=$(CONNS) node tests/bench/pages.mjs

bench-rows: deps build-release                     ## rows each page reads in a table of 5,000,000 invoices (ROWS=)
	ROWS=$(or $(ROWS),5000000) node tests/bench/rows.mjs

.PHONY: bench-drafts
bench-drafts: deps build-release                   ## drafts per second against a gateway of 300 ms (DRAFTS=100000 DRAFTERS=1)
	DRAFTS=$(or $(DRAFTS),100000) DRAFTERS=$(or $(DRAFTERS),1) node tests/bench/drafts.mjs

.PHONY: property
property: deps build-release                       ## random payments, refunds and voids (OPS=5000 SEED=)
	OPS=$(or $(OPS),5000) SEED=$(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom)) PART_SECONDS=7200 tests/run property

.PHONY: papers
papers: deps build-release                         ## random invoices as PDF beside their pages (PAPERS=500 SEED=)
	PAPERS=$(or $(PAPERS),500) SEED=$(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom)) PART_SECONDS=7200 tests/run papers

.PHONY: autopay-months
autopay-months: deps build-release                 ## autopay day by day beside an oracle of its rules (MONTHS=14 SEED=)
	MONTHS=$(or $(MONTHS),14) PART_SECONDS=7200 tests/run months

check-memory: deps build-release                   ## no growth over 1,000 requests of each page; valgrind over a few
	tests/run memory

SOURCES := $(wildcard common/*/*.c modules/*/*.c)
TIDY_FLAGS = -std=c17 $(CPPFLAGS)

.PHONY: lint
lint: deps                                         ## clang's warnings, clang-tidy, cppcheck, formatting
	@for f in $(SOURCES); do clang $(TIDY_FLAGS) $(WARN) -Werror -fsyntax-only $$f || exit 1; done
	cppcheck -q --enable=warning,performance,portability --inline-suppr --error-exitcode=1 -I. \
		--suppress=missingIncludeSystem common modules
	@for f in $(SOURCES); do clang-tidy --quiet $$f -- $(TIDY_FLAGS) 2>/dev/null || exit 1; done
	clang-format --dry-run -Werror $(SOURCES) $(wildcard common/*/*.h modules/*/*.h)

.PHONY: clean
clean:                                             ## remove what was built
	rm -rf build
