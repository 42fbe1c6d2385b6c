# Remit. `make help` lists the targets; everything that is built goes below build/.

BUILD   ?= release
OUT     := build/$(BUILD)
PROGRAMS := invoices documents pay methods autopay login webhooks mailer drafter settler remit sandbox
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

# ---- words ----

EXTRACT := $(OUT)/tests/words/extract

.PHONY: words
words: $(EXTRACT)                   ## bring templates/words/*.po up to the texts of templates and programs (gettext)
	tests/words/update.sh $(EXTRACT)

# Preloaded by tests/memory.
$(OUT)/tests/counted.so: tests/memory/counted.c
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE $(WARN) -O2 -fPIC -shared -o $@ $<

-include $(shell find build -path build/bare -prune -o -name '*.d' -type f -print 2>/dev/null)

# ---- the demo ----

.PHONY: deps run start stop
deps:                               ## install what is missing (Debian packages, the tests' npm packages)
	@nginx/demo/deps

# In a make of its own: what pkg-config says is known only once the packages are there.
PORT    ?= 8080
RUN     ?= build/run
GATEWAY ?=
BASE    ?=
BRAND   ?=
TCP     ?=
run start stop: export BUILD := $(BUILD)
run start stop: export PORT := $(PORT)
run start stop: export RUN := $(RUN)
run start stop: export GATEWAY := $(GATEWAY)
run start stop: export BASE := $(BASE)
run start stop: export BRAND := $(BRAND)
run start stop: export TCP := $(TCP)
run: deps                           ## the demo in the foreground (PORT=8080 RUN=build/run GATEWAY=URL)
	@$(MAKE) --no-print-directory all
	@nginx/demo/run

start: deps                         ## the demo in the background
	@$(MAKE) --no-print-directory all
	@nginx/demo/start

stop:                               ## end the demo of RUN
	@nginx/demo/stop

# ---- installing ----

# UNIT_FOLDER: one that systemd looks into. NGINX_GROUP: whose processes may connect to the programs' sockets.
UNIT_FOLDER ?= $(PREFIX)/lib/systemd/system
NGINX_GROUP ?= www-data
SHARE       := $(DESTDIR)$(PREFIX)/share/remit
INSTALLED   := $(filter-out sandbox,$(PROGRAMS))
FASTCGI     := $(filter-out remit webhooks mailer drafter settler,$(INSTALLED))

# put FILE TARGET MODE: in one step, so that whoever starts it meanwhile starts the old one or the new one.
put = install -D -m $(3) $(1) $(2).new && mv -f $(2).new $(2)

# units FILE...: with the paths of this installation in them.
define put_units
	@mkdir -p $(DESTDIR)$(UNIT_FOLDER)
	@for unit in $(1); do \
		sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@NGINX_GROUP@|$(NGINX_GROUP)|g' $$unit \
			>$(DESTDIR)$(UNIT_FOLDER)/$${unit##*/}.new && \
		chmod 644 $(DESTDIR)$(UNIT_FOLDER)/$${unit##*/}.new && \
		mv -f $(DESTDIR)$(UNIT_FOLDER)/$${unit##*/}.new $(DESTDIR)$(UNIT_FOLDER)/$${unit##*/} || exit 1; done
endef

.PHONY: install install-shared uninstall $(addprefix install-,$(INSTALLED))
install: $(addprefix install-,$(INSTALLED))  ## install every program (DESTDIR= PREFIX=); install-<program>: one

install-remit: $(OUT)/bin/remit install-shared
	$(call put,$<,$(DESTDIR)$(PREFIX)/bin/remit,755)
	install -D -m 644 -t $(SHARE)/sql/migrations sql/migrations/*.sql
	install -D -m 644 -t $(SHARE)/sql sql/grants.sql
	$(call put_units,modules/remit/*.service modules/remit/*.timer)

install-mailer: $(OUT)/bin/mailer install-shared
	$(call put,$<,$(DESTDIR)$(PREFIX)/lib/remit/mailer,755)
	install -D -m 644 -t $(SHARE)/templates/mail templates/mail/*
	$(call put_units,modules/mailer/*.service)

install-drafter: $(OUT)/bin/drafter install-shared
	$(call put,$<,$(DESTDIR)$(PREFIX)/lib/remit/drafter,755)
	$(call put_units,modules/drafter/*.service)

install-settler: $(OUT)/bin/settler install-shared
	$(call put,$<,$(DESTDIR)$(PREFIX)/lib/remit/settler,755)
	$(call put_units,modules/settler/*.service)

# It has no pages.
install-webhooks: $(OUT)/bin/webhooks install-shared
	$(call put,$<,$(DESTDIR)$(PREFIX)/lib/remit/webhooks,755)
	$(call put_units,modules/webhooks/*.service modules/webhooks/*.socket)

$(addprefix install-,$(FASTCGI)): install-%: $(OUT)/bin/% install-shared
	$(call put,$<,$(DESTDIR)$(PREFIX)/lib/remit/$*,755)
	install -D -m 644 -t $(SHARE)/templates/$* templates/$*/*
	$(call put_units,modules/$*/*.service modules/$*/*.socket)

install-shared:
	install -D -m 644 -t $(SHARE)/templates/shared templates/shared/*
	install -D -m 644 -t $(SHARE)/templates/words templates/words/*.po
	install -D -m 644 -t $(SHARE)/templates/static $(wildcard templates/static/*.*)
	install -D -m 644 -t $(SHARE)/templates/static/errors templates/static/errors/*
	install -D -m 644 -t $(SHARE)/nginx nginx/remit*.conf.in
	install -D -m 644 -t $(SHARE) modules/remit/setup/remit.hdf modules/remit/setup/workers
	sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@UNITS@|$(UNIT_FOLDER)|g' modules/remit/setup/remit-setup >$(OUT)/remit-setup
	$(call put,$(OUT)/remit-setup,$(DESTDIR)$(PREFIX)/sbin/remit-setup,755)
	mkdir -p $(DESTDIR)$(UNIT_FOLDER)/remit-.service.d
	sed 's|@PREFIX@|$(PREFIX)|g' common/program/remit-.service.d/hardening.conf >$(OUT)/hardening.conf
	$(call put,$(OUT)/hardening.conf,$(DESTDIR)$(UNIT_FOLDER)/remit-.service.d/hardening.conf,644)

# What a folder of the system's has of others stays; a folder that is left empty goes.
uninstall:                          ## take away what was installed (`remit-setup remove` comes first)
	rm -f $(DESTDIR)$(PREFIX)/bin/remit $(DESTDIR)$(PREFIX)/sbin/remit-setup
	rm -rf $(DESTDIR)$(PREFIX)/lib/remit $(SHARE) $(DESTDIR)$(UNIT_FOLDER)/remit-.service.d
	rm -f $(foreach unit,$(notdir $(wildcard modules/*/*.service modules/*/*.socket modules/*/*.timer)),$(DESTDIR)$(UNIT_FOLDER)/$(unit))
	-cd $(DESTDIR)$(PREFIX)/lib 2>/dev/null && rmdir --ignore-fail-on-non-empty -p systemd/system 2>/dev/null

.PHONY: help
help:                               ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s %s\n", $$1, $$2}' Makefile

# ---- tests ----

JOBS    ?= $(shell nproc)

.PHONY: build-release build-asan build-faults units
units: $(UNITS)
build-release:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=release all units build/release/tests/counted.so build/release/tests/words/extract
build-asan:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=asan all units build/asan/tests/words/extract
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

check-faults: deps build-release build-faults      ## programs killed, calls that go wrong: the short cut of `make faults`
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

.PHONY: bench-import
bench-import: deps build-release                   ## invoices a second and memory of an import (INVOICES=1000000 KILLS=3)
	INVOICES=$(or $(INVOICES),1000000) KILLS=$(or $(KILLS),3) node tests/bench/import.mjs

.PHONY: property
property: deps build-release                       ## random payments, refunds and voids (OPS=5000 SEED=)
	OPS=$(or $(OPS),5000) SEED=$(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom)) PART_SECONDS=7200 tests/run property

.PHONY: simulation
simulation: deps build-release                     ## customers, drafters, settlers and faults at once (PAYMENTS=10000 DRAFTS=10000 SEED= WEBHOOKS=none|once|five)
	PAYMENTS=$(or $(PAYMENTS),10000) DRAFTS=$(or $(DRAFTS),10000) SEED=$(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')) $(if $(WEBHOOKS),WEBHOOKS=$(WEBHOOKS)) \
		node --test --test-reporter=spec tests/simulation/simulation.test.mjs

.PHONY: papers
papers: deps build-release                         ## random invoices as PDF beside their pages (PAPERS=500 SEED=)
	PAPERS=$(or $(PAPERS),500) SEED=$(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom)) PART_SECONDS=7200 tests/run papers

.PHONY: autopay-months
autopay-months: deps build-release                 ## autopay day by day beside an oracle of its rules (MONTHS=14 SEED=)
	MONTHS=$(or $(MONTHS),14) PART_SECONDS=7200 tests/run months

.PHONY: faults mutants
faults: deps build-release build-faults            ## every system call of the pay path, every cell of the matrix, mutants, simulation (an hour)
	SWEEP=all MATRIX=all PART_SECONDS=14400 tests/run faults
	@sed -n 's/^# \(.*: {.*\)/\1/p' build/check/faults.log
	@$(MAKE) --no-print-directory mutants
	@if grep -q '^simulation:' Makefile; then $(MAKE) --no-print-directory simulation; fi

mutants: deps build-faults                         ## each thing that keeps a promise taken away: its test has to fail (MUTANTS="PART OF A NAME")
	node tests/faults/mutants.mjs $(if $(MUTANTS),"$(MUTANTS)")

check-memory: deps build-release                   ## no growth over 1,000 requests of each page; valgrind over a few
	tests/run memory

.PHONY: check-install
check-install: all                                 ## on a bare Debian in namespaces: installed, paid, upgraded, removed (root; not in check)
	tests/install/bare.sh

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
