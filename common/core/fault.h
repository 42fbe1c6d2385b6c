/*
 * fault.h - places where a test may kill the program. Nothing at all in a release build.
 *
 * In a build with FAULTS=1, a program that reaches FAULT_POINT("x") while the file named by
 * REMIT_FAULT_FILE holds "x" takes the file away and dies as by kill -9. Taking it away is atomic,
 * so of many processes exactly one dies.
 */
#ifndef REMIT_CORE_FAULT_H
#define REMIT_CORE_FAULT_H

#ifdef REMIT_FAULTS
void fault_point(const char *name);
#define FAULT_POINT(name) fault_point(name)
#else
#define FAULT_POINT(name) ((void)0)
#endif

#endif
