import type { SessionState } from '@rtcstats-server/api';
import { DumpReader } from '@rtcstats-server/dump';
import { Recording } from '@rtcstats-server/insights';
import { type Policy, presetPolicy } from '@rtcstats-server/privacy';
import { type Verdict, verifyText } from '@rtcstats-server/privacy/verifier';

export const policy: Policy = presetPolicy('strict');
export const verdict: Verdict = verifyText('', policy);
export const state: SessionState = 'stored';
export const opened: Promise<DumpReader> = DumpReader.open('');
export const recording: Recording = new Recording();
// @ts-expect-error: the names are checked, so the types are not `any`
presetPolicy('lenient');
