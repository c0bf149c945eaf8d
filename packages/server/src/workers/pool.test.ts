import { describeIntake } from '@rtcstats-server/testing/contracts/intake';
import { openStages, setupOf } from '../composition/testing/stages.ts';
import { WorkerPool } from './pool.ts';

describeIntake('a pool of two workers', async (port) => {
  const stages = await openStages(port);
  const deliver = (): Promise<void> => Promise.reject(new Error('Nothing is forwarded'));
  return setupOf(stages, new WorkerPool({ ...stages, processes: 2, deliver }));
});
