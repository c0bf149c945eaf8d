import { ADMIN_ERRORS } from './table/admin.ts';
import { CANARY_ERRORS } from './table/canary.ts';
import { CLIENT_ERRORS } from './table/clients.ts';
import { COMMAND_ERRORS } from './table/commands.ts';
import type { ErrorTable } from './table/entry.ts';
import { FORWARDING_ERRORS } from './table/forwarding.ts';
import { STARTUP_ERRORS } from './table/startup.ts';
import { STORAGE_ERRORS } from './table/storage.ts';

/**
 * Every error code of this server, with its message, what to do about it, whether trying again can help, and what a
 * client sees. `docs/errors.md` is generated from this table. A code never changes its name, because scripts and alerts
 * match it.
 */
export const ERRORS = {
  ...STARTUP_ERRORS,
  ...CLIENT_ERRORS,
  ...STORAGE_ERRORS,
  ...ADMIN_ERRORS,
  ...FORWARDING_ERRORS,
  ...COMMAND_ERRORS,
  ...CANARY_ERRORS,
} as const satisfies ErrorTable;

export type ErrorCode = keyof typeof ERRORS;
