import { benchAnalysis } from './analysis.ts';
import { benchAnonymize } from './anonymize.ts';
import { benchIngest } from './ingest.ts';

benchAnonymize();
await benchAnalysis();
if (process.platform === 'linux') await benchIngest();
else console.log('Skipped ingest: it runs on Linux only, because it reads CPU time and memory from /proc.');
