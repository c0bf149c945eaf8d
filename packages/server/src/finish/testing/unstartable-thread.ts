/** Stands for a thread of a process that has no descriptors left: loading its modules fails. */
throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
