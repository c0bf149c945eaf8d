import { describe, expect, it } from 'vitest';
import { COSTS } from '../scores/costs.ts';
import { ENGINES } from '../signals/browsers.ts';
import type { Definition, Threshold } from './detector.ts';
import { CATEGORIES } from './observation.ts';
import { DETECTORS } from './registry.ts';

const definitions: readonly Definition[] = DETECTORS.map(({ definition }) => definition);

const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

function thresholdText({ on, off, unit, window, minimum }: Threshold): string {
  // A time or a count has no state between two values.
  const parts = [off === 0 || off === on ? `${on} ${unit}` : `on from ${on}, off below ${off} (${unit})`];
  if (window > 0) parts.push(`window ${seconds(window)}`);
  if (minimum > 0) parts.push(`lasting at least ${seconds(minimum)}`);
  return parts.join('; ');
}

function severityText({ severity, bands }: Definition): string {
  if (bands === undefined) return severity;
  const lowest = bands[0]!.from > 0 ? ', otherwise low' : '';
  return `${severity}: ${bands.map((band) => `${band.severity} from ${band.from}`).join(', ')}${lowest}`;
}

function section(definition: Definition): string {
  const { name, scope, signal, threshold, needs, caveats, meaning, advice, source } = definition;
  return [
    `### ${name}`,
    meaning,
    `**What to do:** ${advice}`,
    [
      `- Signal: ${signal}`,
      ...(threshold === undefined ? [] : [`- Threshold: ${thresholdText(threshold)}`]),
      `- Severity: ${severityText(definition)}`,
      `- Scope: ${scope}`,
      ...(needs === undefined ? [] : [`- Needs: ${needs.map((need) => `\`${need}\``).join(' or ')}`]),
      ...caveats.map((caveat) => `- Caveat: ${caveat}`),
      `- Source: ${source}`,
    ].join('\n'),
  ].join('\n\n');
}

const engineRows = Object.entries(ENGINES).map(([measurement, engines]) => {
  const cells = Object.values(engines).map(
    ({ reported, note }) => `${reported ? 'yes' : 'no'}${note ? `; ${note}` : ''}`,
  );
  const { property, unit } = engines.chromium;
  return `| \`${measurement}\` | \`${property}\` (${unit}) | ${cells.join(' | ')} |`;
});

const document = `# Observations

What the analysis of a call reports. This page is generated from the registry of detectors
(packages/insights/src/observations/registry.ts); a test compares both. Update it with \`npx vitest run packages/insights/src/observations -u\`.

An observation has a name, a severity (critical, high, medium, low or info, the words of rtcstats.com), a category, a scope (the client, a
connection, or a track), a direction seen from the recorded client, the intervals in which it was seen, and the numbers that it is based on.
Thresholds have hysteresis: between "on" and "off" the state stays as it was. Values that a browser does not report are never guessed: \`notJudged\` says
which observations could not be made, and why.

## What browsers report

| measurement | property | Chromium | Firefox | Safari |
|---|---|---|---|---|
${engineRows.join('\n')}

${CATEGORIES.map((category) => {
  const inside = definitions.filter((definition) => definition.category === category);
  return [`## ${category[0]!.toUpperCase()}${category.slice(1)}`, ...inside.map(section)].join('\n\n');
}).join('\n\n')}

## Conferences

The sessions of a conference are compared by \`GET /api/conferences/{name}/analysis\` and \`rtcstats-server analyze --conference NAME\`: one bad client tells
that there is a problem, only the others tell whose it is. Sessions that overlap in time are a call; sessions of one user are one participant.

- **participant-downlink**: what a participant receives is bad on at least 80 % of its connections, and fewer than half of the others receive badly.
- **participant-uplink**: the same for what it sends, as the receiver reports of the other side say. The evidence has the number of others that received
  badly at the same time.
- **shared-relay**, **shared-browser**: at least 80 % of the participants behind a TURN server, or with a browser and major version, have a problem that at
  most 25 % of the others have. Both groups need 3 participants, because with fewer even all against none is likely by chance (three against three: p = 0.05,
  Fisher's exact test). A participant whose network problems have this cause is neither reported by itself nor compared with others.

Problems of the network are packet-loss, high-jitter, bandwidth-limited, bufferbloat, media-interruption and audio-concealment of severity medium or higher. Those
of single tracks count if most tracks of the connection have them, because a single one can be bad from its sender.

Limits: only directions are compared. Analyses have no SSRC, and track ids differ between both ends, so which receiver hears which sender is not known.

- With an SFU, a client has one or two connections, both to the server: a bad direction is the path between this client and the server.
- In a mesh call, a client has a connection per peer: if all are bad, it is the network of this client. If some are, \`notJudged\` says so, because it can be
  either end of them.
- With two participants, either end can be at fault, so three are needed. If half or more of the others are affected as well, the cause is a common one.

Clocks of clients differ by minutes. The first event of a client is placed at the time at which the gateway accepted its session; \`clockUncertaintyMs\` is the
difference between the durations that both measured, the time that the connection took to open, or 1 s, whichever is most.

## Scores

- **Audio** (1 to 4.5) is the mean opinion score of the E-model (ITU-T G.107) over all received audio. Its delay is half of the round-trip time, the
  jitter buffer, and 60 ms; its loss is the share of concealed samples. Codecs: G.711 as in ITU-T G.113, all others with the robustness of Opus.
- **Video** (1 to 5) is 5 less the costs of received video: 1.9 x ln(usual / present frame rate), 0.56 x ln(largest / present number of pixels), 0.002
  per ms of jitter buffer and half of the round-trip time beyond 100 ms, and 16 x the share of frozen time. The slopes are those of rtcscore (MIT),
  whose authors call them a regression on limited data; the last one is our own.
- **Connectivity** (1 to 5) is 5 less the costs of observations; 1 if no connection worked.
- **Experience** (0 to 100) is the mean of the weighted parts (audio 0.5, video 0.3, connectivity 0.2) and of the worst part. A call that never
  connected has 0.

Observations cost points as follows: all of them at the severities critical and high, 60 % at medium, 30 % at low; half of that however short
they were, the other half by their share of the call. Of several observations of a name, the most expensive counts.

| observation | score | points |
|---|---|---|
${Object.entries(COSTS)
  .map(([name, { score, points }]) => `| ${name} | ${score === 'kind' ? 'audio or video' : score} | ${points} |`)
  .join('\n')}
`;

describe('the registry of detectors', () => {
  it('is what docs/observations.md says', async () => {
    await expect(document).toMatchFileSnapshot('../../../../docs/observations.md');
  });

  it('has every name once', () => {
    const names = definitions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(definitions)('says everything about $name', ({ threshold, bands, ...texts }) => {
    for (const text of [texts.meaning, texts.advice, texts.source, texts.signal, texts.severity]) {
      expect(text.length).toBeGreaterThanOrEqual('always low'.length);
    }
    expect(texts.meaning).toMatch(/\.$/);
    expect(texts.caveats.length).toBeGreaterThan(0);
    if (threshold !== undefined && threshold.window > 0) expect(threshold.off).toBeLessThanOrEqual(threshold.on);
    const order = (bands ?? []).map(({ from }) => from);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('knows every observation that costs points', () => {
    const names = definitions.map(({ name }) => name);
    for (const name of Object.keys(COSTS)) expect(names).toContain(name);
  });
});
