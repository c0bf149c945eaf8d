import type { Scenario } from '../calls/contract.ts';
import { CLIENT_FAULTS } from './client-faults.ts';
import { HEALTHY } from './healthy.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { SETUP_FAULTS } from './setup-faults.ts';

/** Every kind of call that the bench makes. */
export const SCENARIOS: readonly Scenario[] = [...NETWORK_FAULTS, ...SETUP_FAULTS, ...CLIENT_FAULTS, ...HEALTHY];
