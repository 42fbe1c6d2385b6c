/*
 * agent.h - what a browser calls itself (User-Agent), in few words: "Chrome on Windows". For its
 * user to know it again; nothing is decided by it.
 */
#ifndef REMIT_HTTP_AGENT_H
#define REMIT_HTTP_AGENT_H

#include "common/core/arena.h"

enum { AGENT_WORDS_MAX = 60 };

/* At most AGENT_WORDS_MAX characters, all of them ours: nothing of agent is in it. */
const char *agent_words(struct arena *arena, const char *agent);

/* What it said, as sessions keep it, in the language spoken. */
const char *agent_say(struct arena *arena, const char *words);

#endif
