import { benchAnonymize } from './anonymize.ts';

benchAnonymize();
