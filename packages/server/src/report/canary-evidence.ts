import { z } from 'zod';
import { GatewayError } from '../errors/gateway-error.ts';

/** The result of a canary, as evidence: what `rtcstats-server canary --json` prints, or `GET /api/canary` answers. */
export interface CanaryEvidence {
  readonly clean: boolean;
  /** Number of places by outcome. */
  readonly counts: Readonly<Record<string, number>>;
  /** Messages that were missing. */
  readonly lost: number;
  /** When it ran, ISO 8601. */
  readonly at: string;
}

const printed = z.looseObject({
  clean: z.boolean(),
  counts: z.record(z.string(), z.number()),
  lost: z.number(),
});
const answered = z.looseObject({ finishedAt: z.iso.datetime().nullable(), report: printed.nullable() });

/**
 * Reads the result of a canary.
 *
 * @param fileTime when the file was written, which stands for the time of the run where the file does not say
 * @throws GatewayError INPUT_UNREADABLE
 */
export function parseCanary(text: string, name: string, fileTime: string): CanaryEvidence {
  const json = jsonOf(text);
  const ran = printed.safeParse(json).data;
  if (ran !== undefined) return evidenceOf(ran, fileTime);
  const answer = answered.safeParse(json).data;
  if (answer?.report) return evidenceOf(answer.report, answer.finishedAt ?? fileTime);
  throw new GatewayError('INPUT_UNREADABLE', `${name} is not the result of a canary`, {
    todo: 'Make it with: rtcstats-server canary --json > FILE',
  });
}

function evidenceOf({ clean, counts, lost }: z.output<typeof printed>, at: string): CanaryEvidence {
  return { clean, counts, lost, at };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
