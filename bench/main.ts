import { benchAnonymize } from './anonymize.ts';
import { benchIngest } from './ingest.ts';

benchAnonymize();
if (process.platform === 'linux') await benchIngest();
else console.log('Ingest is measured on Linux only: CPU time and memory are read from /proc');
