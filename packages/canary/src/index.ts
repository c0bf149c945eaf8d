export { fetchMetrics } from './gateway/connection.ts';
export type { CanaryForward } from './gateway/forwarding.ts';
export { type CanaryPlan, type CanaryReport, FAULTS, type Outcome, type PlaceReport } from './plan/plan.ts';
export { runCanary } from './run.ts';
