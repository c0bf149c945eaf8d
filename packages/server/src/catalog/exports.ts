import type { AnalysisRow, ObservationRow } from './analyses.ts';
import type { SessionRow } from './sessions.ts';

/**
 * Which calls are exported to files. The calls of a gateway are exported in parts: `begin` assigns calls to a part, the
 * caller writes its files under names that depend on the part alone, and `finish` says that they are written. After a
 * crash between the two, `begin` returns the same part again.
 *
 * An analysis is in one part. A later analysis of the same session is exported again, in a part of its own. Only one
 * process per host may call these methods. **Durability and errors.** As in `Catalog`.
 */
export interface Exports {
  /**
   * The part that was begun last and not finished, or a new one with the oldest calls that are in no part.
   *
   * @param host only calls that this gateway finished (`server.hostIdentifier`)
   * @param limit calls per part; a part has fewer if they are of two days, or if their documents are large
   * @returns undefined if all calls are in finished parts
   */
  begin(host: string, limit: number): Promise<ExportPart | undefined>;
  /** The calls of a part among these sessions, in the order of their ids. Deleted sessions are left out. */
  calls(part: string, sessionIds: readonly string[]): Promise<readonly ExportedCall[]>;
  /**
   * Says that the files of a part are written, or removed if no call is left in it; the part is forgotten then.
   *
   * @returns false if a call was removed from the part since it was given: it counts as not written then
   */
  finish(part: ExportPart): Promise<boolean>;
}

export interface ExportPart {
  /** Lower-case hexadecimal digits; depends only on the calls and their analyses. */
  readonly name: string;
  /** UTC day on which all calls of the part started: `2026-11-28`. */
  readonly day: string;
  readonly sessions: readonly string[];
}

/** A call with its analysis. Nothing in it says who took part: no user, conference or session of the application. */
export interface ExportedCall
  extends Pick<SessionRow, 'id' | 'startedAt' | 'endedAt' | 'country' | 'origin' | 'userAgent' | 'host'>,
    Pick<
      AnalysisRow,
      | 'analysisVersion'
      | 'analyzedAt'
      | 'verdict'
      | 'experience'
      | 'audio'
      | 'video'
      | 'connectivity'
      | 'severity'
      | 'failure'
      | 'document'
    > {
  readonly browser: string;
  readonly observations: readonly ObservationRow[];
}
