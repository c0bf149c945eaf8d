import type { DumpEvent } from '@rtcstats-server/dump';
import { P } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import type { ReportStore } from '../stats/report-store.ts';
import { RtpHistory } from './rtp-history.ts';
import { type NamedTrack, namedTrack, type TrackEntry } from './track-entry.ts';
import { trackFeatures } from './track-features.ts';
import { present } from './values.ts';

/** Limit the memory of a connection. A conference of hundreds of people has some thousands of tracks at most. */
const MAX_ENTRIES = 5000;
const MAX_STREAMS = 5000;

/** A track and its position among the tracks of the connection. */
interface Entry extends TrackEntry {
  readonly index: number;
  /** The id of the report with its statistics, once that is known. */
  statsId: string | undefined;
}

const RTP_TYPES = ['inbound-rtp', 'outbound-rtp'] as const;

/**
 * Features of the tracks of one connection. A report of RTP statistics belongs to the first track that has its id, or
 * that has no statistics yet and the id of the report's track; direction and simulcast layer are not compared. So only
 * the first layer of a simulcast sender counts. This is how existing tools do it, and what their users compare with.
 */
export class Tracks {
  readonly #entries: Entry[] = [];
  readonly #ids = { inbound: new Set<string>(), outbound: new Set<string>() };
  /** Outbound tracks that an event of a transceiver added, before the event of the call itself. */
  readonly #adoptable = new Set<string>();
  /** Tracks without statistics, by the id of the track. */
  readonly #unlinked = new Map<string, Entry[]>();
  /** How many there are. */
  #unlinkedTracks = 0;
  /** For each report of a track, the first such track. */
  readonly #linked = new Map<string, Entry>();
  readonly #streams = new Map<string, RtpHistory>();
  /** When each track was first unmuted. */
  readonly #unmuted = new Map<string, number>();

  add(event: DumpEvent): void {
    if (event.method === 'MediaStreamTrack.onunmute') {
      const id = String(event.value);
      if (!this.#unmuted.has(id) && this.#unmuted.size < MAX_ENTRIES) this.#unmuted.set(id, event.time);
      return;
    }
    const track = namedTrack(event);
    if (track !== undefined && this.#isNew(track)) this.#push(track, event.time);
  }

  #isNew({ id, direction, isNew }: NamedTrack): boolean {
    switch (isNew) {
      case 'always':
        return !this.#adoptable.delete(id);
      case 'any':
        return !this.#ids.inbound.has(id) && !this.#ids.outbound.has(id);
      case 'direction':
      case 'adopted':
        return !this.#ids[direction].has(id);
    }
  }

  #push({ id, kind, direction, isNew }: NamedTrack, startTime: number): void {
    if (this.#entries.length >= MAX_ENTRIES) return;
    const entry: Entry = { id, kind, direction, startTime, index: this.#entries.length, statsId: undefined };
    this.#entries.push(entry);
    this.#unlinkedTracks += 1;
    this.#ids[direction].add(id);
    if (isNew === 'adopted') this.#adoptable.add(id);
    const unlinked = this.#unlinked.get(id);
    if (unlinked === undefined) this.#unlinked.set(id, [entry]);
    else unlinked.push(entry);
  }

  stats(reports: ReportStore, time: number): void {
    for (const type of RTP_TYPES) {
      for (const report of reports.ofType(type)) {
        if (this.#unlinkedTracks > 0) this.#link(report, reports);
        this.#history(report)?.add(report, reports, time);
      }
    }
  }

  /** The history starts with the first statistics, which can be earlier than the event that adds the track. */
  #history(report: Report): RtpHistory | undefined {
    const known = this.#streams.get(report.id);
    if (known !== undefined || this.#streams.size >= MAX_STREAMS) return known;
    const history = new RtpHistory(report);
    this.#streams.set(report.id, history);
    return history;
  }

  #link(report: Report, reports: ReportStore): void {
    const linked = this.#linked.get(report.id);
    const id = trackOf(report, reports);
    const unlinked = id === undefined ? undefined : this.#unlinked.get(id);
    const entry = unlinked?.[0];
    if (entry === undefined || (linked !== undefined && linked.index < entry.index)) return;
    entry.statsId = report.id;
    this.#linked.set(report.id, entry);
    unlinked!.shift();
    this.#unlinkedTracks -= 1;
  }

  result() {
    return this.#entries.map((entry) => {
      const history = entry.statsId === undefined ? undefined : this.#streams.get(entry.statsId);
      return {
        id: entry.id,
        ...trackFeatures(entry, history),
        ...present({ timeToFirstFrame: this.#timeToFirstFrame(entry) }),
      };
    });
  }

  #timeToFirstFrame({ id, direction, startTime }: Entry): number | undefined {
    const unmuted = this.#unmuted.get(id);
    if (direction === 'outbound' || unmuted === undefined) return undefined;
    const time = Math.floor(unmuted - startTime);
    return time < 0 ? undefined : time;
  }
}

/** The track that a report names, or for a sent stream the source that it names. */
function trackOf(report: Report, reports: ReportStore): string | undefined {
  if (report.type === 'inbound-rtp') return report.text(P.trackIdentifier);
  const source = reports.get(report.text(P.mediaSourceId));
  return source?.type === 'media-source' ? source.text(P.trackIdentifier) : undefined;
}
