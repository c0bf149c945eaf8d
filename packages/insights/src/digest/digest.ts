import { textWithin } from './budget.ts';
import { callSections, notJudgedSection } from './call-section.ts';
import { connectionSection } from './connection-section.ts';
import { type DigestInput, type DigestOptions, MAX_DIGEST_TOKENS } from './contract.ts';
import { courseSection } from './course-section.ts';
import { Names } from './names.ts';
import { observationSections } from './observation-sections.ts';
import { CallClock } from './times.ts';
import { trackSection } from './track-section.ts';

/** The digest of a call, as `contract.ts` describes it. */
export function digestOf(input: DigestInput, { metadata, series }: DigestOptions = {}): string {
  const names = new Names(input);
  const clock = new CallClock(input);
  const [problems, minor] = observationSections(input.observations, names, clock);
  return textWithin(
    [
      ...callSections(input, clock.start, metadata?.userAgent),
      problems!,
      connectionSection(input, names),
      courseSection(input, series, names, clock),
      trackSection(input, names),
      minor!,
      notJudgedSection(input),
    ],
    MAX_DIGEST_TOKENS,
  );
}
