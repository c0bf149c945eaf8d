import fc from 'fast-check';

// The same cases in every run, so that a red test is the change's own. FC_SEED=N looks for others.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_261_122) });
