import { DumpError, type EventReader } from '@rtcstats-server/dump';
import { Analysis, type AnalysisOptions } from './analysis.ts';
import type { AnalysisDocument } from './analysis-document.ts';
import { PROPERTIES } from './stats/properties.ts';

/**
 * Analyzes a dump that was opened with `openEvents`. If it is truncated or damaged, everything before that point is
 * analyzed, and `notJudged` says so. Open it with `badLines: 'skip'`, so that one bad line does not end the analysis.
 *
 *     const { scores } = await analyzeEvents(await openEvents(file.stream(), { badLines: 'skip' }));
 */
export async function analyzeEvents(
  reader: EventReader,
  features?: AnalysisOptions['features'],
  samples?: AnalysisOptions['samples'],
): Promise<AnalysisDocument> {
  const analysis = new Analysis({
    metadata: reader.metadata,
    ...(features !== undefined && { features }),
    ...(samples !== undefined && { samples }),
  });
  try {
    for await (const events of reader.batches(PROPERTIES)) for (const event of events) analysis.add(event);
  } catch (error) {
    if (!(error instanceof DumpError)) throw error;
    analysis.incomplete(error.message);
  }
  if (reader.skippedLines > 0) analysis.incomplete(`${reader.skippedLines} lines are not events`, 'lines');
  return analysis.result();
}
