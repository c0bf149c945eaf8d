import { CALL_VERDICTS, type CallVerdict, SEVERITIES, type Severity } from '@rtcstats-server/api/states';
import { CALL_SETUP_FAILURES, type CallSetupFailure } from '@rtcstats-server/insights/verdict';
import { Counter, type Registry } from 'prom-client';

/** The parts of an analysis that these metrics count. */
export interface CountedCall {
  readonly verdict: CallVerdict;
  readonly setupFailure: CallSetupFailure | null;
  /** Their names are those of the detectors, so the number of time series is bounded. */
  readonly observations: readonly { readonly name: string; readonly severity: Severity }[];
}

/**
 * How calls were. Each call counts once per metric and name, whatever its number of tracks, so that `increase` of one
 * counter divided by that of `rtcstats_calls_total` is a share of calls.
 */
export class CallMetrics {
  readonly #calls = new Counter({
    name: 'rtcstats_calls_total',
    help: 'Analyzed calls by verdict; notJudged includes dumps that could not be analyzed',
    labelNames: ['verdict'],
    registers: [],
  });
  readonly #setupFailures = new Counter({
    name: 'rtcstats_call_setup_failures_total',
    help: 'Calls with the verdict failed, by the reason why they did not come about',
    labelNames: ['reason'],
    registers: [],
  });
  readonly #observations = new Counter({
    name: 'rtcstats_observations_total',
    help: 'Calls with the observation, by its highest severity in the call',
    labelNames: ['name', 'severity'],
    registers: [],
  });

  constructor() {
    for (const verdict of CALL_VERDICTS) this.#calls.inc({ verdict }, 0);
    for (const reason of CALL_SETUP_FAILURES) this.#setupFailures.inc({ reason }, 0);
  }

  register(registry: Registry): void {
    registry.registerMetric(this.#calls);
    registry.registerMetric(this.#setupFailures);
    registry.registerMetric(this.#observations);
  }

  add({ verdict, setupFailure, observations }: CountedCall): void {
    this.#calls.inc({ verdict });
    if (setupFailure !== null) this.#setupFailures.inc({ reason: setupFailure });
    const counted = new Set<string>();
    for (const severity of SEVERITIES) {
      for (const { name } of observations.filter((observation) => observation.severity === severity)) {
        if (!counted.has(name)) this.#observations.inc({ name, severity });
        counted.add(name);
      }
    }
  }
}
