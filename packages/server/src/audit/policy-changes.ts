import type { Audit } from '../catalog/audit.ts';
import type { AuditLog } from './audit-log.ts';
import { readBody } from './entry-body.ts';

/** Policies of other gateways to look past. */
const MAX_LOOKED_AT = 100;

/** A gateway and the policy that it runs with. */
export interface RunningPolicy {
  /** `server.hostIdentifier` */
  readonly host: string;
  /** Name and hash of the policy, as receipts have it: `standard@…`. */
  readonly policy: string;
}

/**
 * Records the policy of a gateway if it is not the one that was recorded last for it.
 *
 * @returns whether it was recorded
 */
export async function recordPolicy(
  log: Pick<AuditLog, 'record'>,
  audit: Pick<Audit, 'list'>,
  { host, policy }: RunningPolicy,
): Promise<boolean> {
  const rows = await audit.list({ action: 'policy.change', limit: MAX_LOOKED_AT });
  const recorded = rows.map(({ body }) => readBody(body).details).find((details) => details?.['host'] === host);
  if (recorded?.['policy'] === policy) return false;
  const before = recorded?.['policy'];
  const details = { host, policy, ...(before === undefined ? {} : { before }) };
  await log.record({ action: 'policy.change', actor: 'gateway', outcome: 'done', details });
  return true;
}
