import { describe, expect, it } from 'vitest';
import { loadConfig, loadPolicy } from './config.ts';
import { configDirectory, failure } from './testing/config-file.ts';

const { file, problemsOf } = configDirectory();

describe('problems', () => {
  it('of the YAML syntax name the line without quoting it', () => {
    const message = problemsOf({ file: file('authorization:\n  jwtSecret: "hush\n') });
    expect(message).toMatch(/some\.yaml is not YAML:\n {2}line 3, column 1: a closing quote/);
    expect(message).not.toContain('hush');
    expect(problemsOf({ file: file('a: *hush') })).not.toContain('hush');
  });

  it('of the YAML syntax show the line with a caret, but nothing that may be a secret', () => {
    expect(problemsOf({ file: file('server:\n  host: a\n port: 8080\n') })).toContain(
      'line 3, column 1: the indentation does not match the lines above\n    3 |  port: 8080\n      | ^',
    );
    for (const text of [
      'authorization:\n  jwtSecret: [hush-1, hush-2\nserver: {}',
      'authorization: {jwtSecret: hush\n',
      'authorization:\n  jwtSecret:\n    - hush\n   - hush\n',
      'privacy:\n  key: |\n    hush\n   hush\n  preset: strict',
      'authorization:\n  jwtSecert: "hush\n',
      'forward:\n\ttoken: hush\n',
      'admin:\n  token: @hush\n',
      'catalog: {postgres: {connectionString: "postgres://u:hush@h/d}}\n',
      'authorization:\n  jwtSecret: a\n   port hush: b\n',
    ]) {
      const message = problemsOf({ file: file(text) });
      expect(message).toMatch(/line \d+, column \d+/);
      expect(message).not.toContain('hush');
    }
  });

  it('in one section do not hide those that concern several settings of another', () => {
    const message = problemsOf({
      file: file('log: {level: loud}\nauthorization: {required: true}\nstorage: {type: s3}\nadmin: {port: 8080}'),
    });
    for (const part of ['log.level', 'authorization.required', 'storage.s3', 'admin.port'])
      expect(message).toContain(part);
  });

  it('name the file that is missing, and the flag that named it', () => {
    expect(failure(() => loadConfig({ file: '/nowhere.yaml' }))).toMatchObject({
      message: 'There is no file /nowhere.yaml',
      todo: expect.stringContaining('--config'),
    });
    expect(failure(() => loadPolicy('/nowhere.yaml')).todo).toBe('Check the path given with --policy.');
  });
});
