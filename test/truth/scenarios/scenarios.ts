import type { Scenario } from '../calls/contract.ts';
import { CLIENT_FAULTS } from './client-faults.ts';
import { HEALTHY } from './healthy.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { SETUP_FAULTS } from './setup-faults.ts';

export const FAULTS: readonly Scenario[] = [...NETWORK_FAULTS, ...SETUP_FAULTS, ...CLIENT_FAULTS];
export const SCENARIOS: readonly Scenario[] = [...FAULTS, ...HEALTHY];
export { HEALTHY };
