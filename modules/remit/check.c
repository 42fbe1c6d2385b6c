#include "modules/remit/remit.h"
enum command_exit remit_check(struct command *command) { return command_refuse(command, "later"); }
