import type { Severity } from '@rtcstats-server/api/states';
import { NO_DRIFT } from '@rtcstats-server/privacy';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { describe, expect, it } from 'vitest';
import type { ObservationRow } from '../catalog/analyses.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { FINISH_STEPS } from '../finish/finisher.ts';
import { Counts } from './counts.ts';
import { MAX_LABELS, MIN_NETWORKS, MIN_SESSIONS } from './drift-labels.ts';
import { FinishMetrics } from './finish-metrics.ts';
import { instrumented } from './instrumented.ts';
import { type Gauges, type MetricObject, Metrics } from './metrics.ts';

const nothing = { files: 0, oldestSeconds: 0 };

function create(counts = new Counts(), finishing = new FinishMetrics(counts, FINISH_STEPS)): Metrics {
  const gauges = {
    connections: () => 3,
    pendingSessions: () => 2,
    stallSeconds: () => 0,
    spool: () => Promise.resolve({ bytes: 4096, open: nothing, closed: { files: 1, oldestSeconds: 7.5 } }),
    deliveries: () => Promise.resolve({ waiting: 2 }),
    forwardPaused: () => true,
    droppedLogLines: () => 4,
  };
  return new Metrics(counts, finishing, gauges);
}

/** The samples of the gateway's own metrics that are not 0. */
async function samples(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => /^rtcstats_.* (?!0$)/.test(line));
}

describe('Metrics', () => {
  it('shows what was counted, and nothing twice', async () => {
    const counts = new Counts();
    const metrics = create(counts);
    counts.accepted = 5;
    counts.messages = 70;
    counts.messageBytes = 7000;
    counts.fastPathActive = true;
    counts.refusals.connections = 1;
    const entries = [{ event: 'getStats', path: '*.newName', type: 'number', count: 3 }] as const;
    const first = {
      redactions: { ipAddresses: 4, 'rule:badge': 1 },
      dropped: { notJson: 2 },
      drift: { entries, more: 6 },
    };
    counts.receipt(first, 'network 0');
    for (let client = 1; client <= 4; client++) {
      counts.receipt({ redactions: {}, dropped: {}, drift: { entries, more: 0 } }, `network ${client}`);
    }
    counts.receipt({ redactions: { ipAddresses: 1 }, dropped: {}, drift: NO_DRIFT }, null);
    await metrics.text();
    expect(await samples(metrics)).toEqual([
      'rtcstats_connections 3',
      'rtcstats_connections_accepted_total 5',
      'rtcstats_messages_total 70',
      'rtcstats_message_bytes_total 7000',
      'rtcstats_refusals_total{reason="connections"} 1',
      'rtcstats_redactions_total{class="ipAddresses"} 5',
      'rtcstats_redactions_total{class="rule:badge"} 1',
      'rtcstats_drops_total{reason="notJson"} 2',
      'rtcstats_fast_path_active 1',
      'rtcstats_drift_total{event="getStats",path="*.newName",type="number"} 3',
      'rtcstats_drift_total{event="other",path="other",type="number"} 12',
      'rtcstats_drift_more_total 6',
      'rtcstats_sessions_unfinished 2',
      'rtcstats_forward_paused 1',
      'rtcstats_log_lines_dropped_total 4',
      'rtcstats_deliveries{state="waiting"} 2',
      'rtcstats_spool_bytes 4096',
      'rtcstats_spool_files{state="closed"} 1',
      'rtcstats_spool_oldest_seconds{state="closed"} 7.5',
    ]);
  });

  it('has every name of a list from the start, so that a first one is an increase', async () => {
    const text = await create().text();
    for (const sample of [
      'rtcstats_sessions_total{state="quarantined"} 0',
      'rtcstats_refusals_total{reason="connections"} 0',
      'rtcstats_redactions_total{class="ipAddresses"} 0',
      'rtcstats_drops_total{reason="notJson"} 0',
      'rtcstats_backend_failures_total{backend="storage"} 0',
      'rtcstats_calls_total{verdict="failed"} 0',
      'rtcstats_call_setup_failures_total{reason="no-connection"} 0',
    ]) {
      expect(text).toContain(`${sample}\n`);
    }
  });

  it('shows no name that a single client sent', async () => {
    const counts = new Counts();
    for (let i = 0; i < 100; i++) {
      const entry = { event: `:room-${i}`, path: `user${i}`, type: 'null', count: 1 } as const;
      counts.receipt({ redactions: {}, dropped: {}, drift: { entries: [entry], more: 0 } }, 'network');
    }
    const text = await create(counts).text();
    expect(text).not.toMatch(/room-|user\d/);
    expect(text).toContain('rtcstats_drift_total{event="other",path="other",type="null"} 100\n');
  });

  it('shows the fast path as off when it is off in one of several processes', async () => {
    const others = await Promise.all(
      [true, false, true].map(async (fastPathActive) => create(Object.assign(new Counts(), { fastPathActive })).json()),
    );
    const aggregated = async (processes: MetricObject[][]): Promise<string | undefined> => {
      const primary: Gauges = {
        connections: () => 0,
        pendingSessions: () => 0,
        stallSeconds: () => 0,
        forwardPaused: () => false,
        droppedLogLines: () => 0,
        others: () => Promise.resolve(processes),
      };
      const counts = new Counts();
      const text = await new Metrics(counts, new FinishMetrics(counts, FINISH_STEPS), primary).text();
      return /^rtcstats_fast_path_active (.*)$/m.exec(text)?.[1];
    };
    expect(await aggregated(others)).toBe('0');
    expect(await aggregated([others[0]!, others[2]!])).toBe('1');
  });

  it('measures finishing', async () => {
    const counts = new Counts();
    const finishing = new FinishMetrics(counts, FINISH_STEPS);
    const metrics = create(counts, finishing);
    finishing.finishStep('pack', 0.03);
    const endedAt = new Date(Date.now() - 3000).toISOString();
    const row = sessionRow('a', { state: 'quarantined' });
    finishing.finished({ ...row, receipt: { ...row.receipt, complete: true } }, endedAt);
    finishing.finished({ ...row, receipt: { ...row.receipt, complete: false } }, endedAt);
    finishing.finished(row, null, analysisRow({ verdict: 'notJudged', failure: 'deadline', observations: [] }));
    finishing.finished(row, null, analysisRow({ failedDetectors: ['packet-loss', 'high-rtt'] }));
    const text = await metrics.text();
    expect(text).toContain('rtcstats_analysis_failures_total{reason="deadline"} 1\n');
    expect(text).toContain('rtcstats_analysis_failures_total{reason="failed"} 0\n');
    expect(text).toContain('rtcstats_analysis_failures_total{reason="detector"} 2\n');
    expect(text).toContain('rtcstats_finish_seconds_bucket{le="0.05",step="pack"} 1\n');
    expect(text).toContain('rtcstats_finish_seconds_sum{step="pack"} 0.03\n');
    expect(text).toContain('rtcstats_finish_seconds_count{step="store"} 0\n');
    expect(text).toContain('rtcstats_closed_to_stored_seconds_bucket{le="2"} 0\n');
    expect(text).toContain('rtcstats_closed_to_stored_seconds_count 1\n');
    expect(text).toContain('rtcstats_sessions_total{state="quarantined"} 4\n');
  });

  it('counts a call once per verdict, reason and observation', async () => {
    const counts = new Counts();
    const finishing = new FinishMetrics(counts, FINISH_STEPS);
    const observed = (name: string, severity: Severity): ObservationRow => {
      return { ...analysisRow().observations[0]!, name, severity };
    };
    const observations = [
      observed('packet-loss', 'low'),
      observed('packet-loss', 'high'),
      observed('packet-loss', 'medium'),
      observed('high-rtt', 'low'),
    ];
    finishing.finished(sessionRow('a'), null, analysisRow({ verdict: 'bad', observations }));
    finishing.finished(sessionRow('b'), null, analysisRow({ verdict: 'bad', observations }));
    finishing.finished(sessionRow('c', { state: 'quarantined' }), null, undefined);
    const refused = { verdict: 'failed', setupFailure: 'turn-refused', observations: [] } as const;
    finishing.finished(sessionRow('d'), null, analysisRow(refused));
    const lines = await samples(create(counts, finishing));
    expect(lines.filter((line) => /^rtcstats_(calls|call_|observations)/.test(line))).toEqual([
      'rtcstats_calls_total{verdict="bad"} 2',
      'rtcstats_calls_total{verdict="failed"} 1',
      'rtcstats_call_setup_failures_total{reason="turn-refused"} 1',
      'rtcstats_observations_total{name="packet-loss",severity="high"} 2',
      'rtcstats_observations_total{name="high-rtt",severity="low"} 2',
    ]);
  });

  it('holds what the process itself is worth', async () => {
    const text = await create().text();
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']) {
      expect(text).toContain(`\n${name} `);
    }
  });

  it('shows the others when the spool is out of reach', async () => {
    const spool = () => Promise.reject(new Error('EACCES'));
    const gauges = {
      connections: () => 3,
      pendingSessions: () => 0,
      stallSeconds: () => 0,
      forwardPaused: () => false,
      droppedLogLines: () => 0,
    };
    const counts = new Counts();
    const metrics = new Metrics(counts, new FinishMetrics(counts), {
      ...gauges,
      spool,
      deliveries: () => Promise.reject(new Error('away')),
    });
    expect(await samples(metrics)).toEqual(['rtcstats_connections 3']);
  });

  it('is what docs/metrics.md lists', async () => {
    const drifted = new Counts();
    drifted.drift.add({ entries: [{ event: '', path: '', type: 'null', count: 1 }], more: 0 }, null);
    drifted.analyzed(analysisRow());
    const help = [...(await create(drifted).text()).matchAll(/^# HELP (rtcstats_\S+) (.+)\n# TYPE \S+ (\S+)\n(.*)/gm)];
    const labelsOf = (sample: string): string => {
      const names = Array.from(sample.matchAll(/[{,](\w+)="/g), ([, label]) => label);
      return names.filter((label) => label !== 'le').join(', ');
    };
    const rows = help.map(
      ([, name, text, type, sample]) => `| \`${name}\` | ${type} | ${labelsOf(sample!)} | ${text} |`,
    );
    await expect(document(rows)).toMatchFileSnapshot('../../../../docs/metrics.md');
  });
});

it('counts the failures of a back end, but not what it answers', async () => {
  const counts = new Counts();
  class BackEnd {
    readonly #answer = 'there';
    get(): Promise<string> {
      return Promise.resolve(this.#answer);
    }
    missing(): Promise<never> {
      return Promise.reject(new GatewayError('DUMP_NOT_FOUND'));
    }
    away(): Promise<never> {
      return Promise.reject(new GatewayError('STORAGE_UNAVAILABLE'));
    }
  }
  const backEnd = instrumented(new BackEnd(), 'storage', counts);
  expect(await backEnd.get()).toBe('there');
  await expect(backEnd.missing()).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
  expect(counts.failures.storage).toBe(0);
  await expect(backEnd.away()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  expect(counts.failures).toEqual({ storage: 1, quarantine: 0, catalog: 0 });
});

it('counts the failures of each part of a back end', async () => {
  const counts = new Counts();
  class Part {
    away(): Promise<never> {
      return Promise.reject(new GatewayError('CATALOG_UNAVAILABLE'));
    }
  }
  const backEnd = instrumented({ deliveries: new Part(), ledger: new Part() }, 'catalog', counts);
  await expect(backEnd.deliveries.away()).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' });
  await expect(backEnd.ledger.away()).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' });
  expect(counts.failures.catalog).toBe(2);
  expect(backEnd.deliveries).toBe(backEnd.deliveries);
});

function document(rows: readonly string[]): string {
  return `# Metrics

\`GET /metrics\` of the admin listener answers in the Prometheus text format (0.0.4); where admin tokens are set, it asks for one with the
role \`read\`. Besides these there are \`process_…\` and \`nodejs_…\`: CPU, memory, open files, garbage collection and the lag of the event loop.

No label says anything of a person: their values are names of classes, reasons, states and steps, or of the operator's own rules. Only those of
\`rtcstats_drift_total\` are names that clients sent, and only names that many clients sent: a kind of drift (event, path and type) becomes a
label after it came from ${MIN_SESSIONS} sessions of ${MIN_NETWORKS} networks (an IPv4 address, or an IPv6 /64; an upload counts as one from its uploader's), and there are
${MAX_LABELS} such labels at most. Until then, and beyond that, its occurrences are counted with the event and path \`other\`; they stay there, because
counters do not decrease. Networks are compared by keyed hashes in memory, nothing of this is written to disk, and a restart begins again. With
\`server.workers\`, each process counts for itself, so that a name is a label once a single process has seen it often enough. The names that a
session had are in its receipt, anonymized, and are deleted with it. The reasons of \`rtcstats_refusals_total\` are the
names of \`server.limits\` where a limit was reached.

A call is counted once, by the gateway that stores its analysis for the first time: when its dump is finished, or when it is released from the
quarantine. Analyses by \`rtcstats-server analyze --stored\` and imported dumps are not counted, nor is anything where \`insights.enabled\` is false.
A gateway that is killed between counting a call and removing its spool file counts it again after the restart.

- [operations.md](operations.md#analyses) lists the verdicts. The share of calls that did not come about is \`rtcstats_call_setup_failures_total\` divided by
  \`rtcstats_calls_total{verdict!="notJudged"}\`. Its reasons are those of \`setup[].failure\` in [api.md](api.md), of the first connection that was
  attempted, and \`no-connection\` where the client made no connection.
- The names of \`rtcstats_observations_total\` are those of [observations.md](observations.md). A series begins with the first call that has the
  observation, so \`increase\` does not see that call; alerts on verdicts see every call.

<!-- Made by npx vitest run packages/server/src/metrics/metrics.test.ts -u -->

| Name | Type | Label | What it says |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
