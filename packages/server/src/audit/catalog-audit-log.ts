import type { Audit, AuditState, ComposedEntry } from '../catalog/audit.ts';
import type { AuditEntry, AuditLog, AuditRetention } from './audit-log.ts';
import { composeBody, cut, personsOf } from './entry-body.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import { personHash } from './person-hash.ts';

/** The audit log in the catalog (`catalog.audit`). Holds no state: any number may exist for one catalog. */
export class CatalogAuditLog implements AuditLog, AuditRetention {
  readonly #audit: Pick<Audit, 'append' | 'forget' | 'drop'>;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(audit: Pick<Audit, 'append' | 'forget' | 'drop'>, now: () => number = Date.now) {
    this.#audit = audit;
    this.#now = now;
  }

  async record(entry: AuditEntry): Promise<void> {
    await this.#audit.append(personsOf(entry).map(personHash), (state) => this.#compose(entry, state));
  }

  async forget(persons: readonly string[]): Promise<number> {
    return await this.#audit.forget(persons.map((name) => personHash(cut(name))));
  }

  async dropBefore(time: string, limit: number): Promise<number> {
    return await this.#audit.drop(time, limit, ({ firstTree, leaves, first }, state) => {
      const tree = new MerkleTree(first - leaves.length, firstTree);
      for (const leaf of leaves) tree.append(leaf);
      const details = { auditDropped: leaves.length, auditFirst: first };
      const entry: AuditEntry = { action: 'retention.pass', actor: 'retention', outcome: 'done', details };
      return { firstTree: tree.subtrees, entry: this.#compose(entry, state) };
    });
  }

  #compose(entry: AuditEntry, state: AuditState): ComposedEntry {
    const time = new Date(this.#now()).toISOString();
    const { body, links } = composeBody(entry, time, state);
    const leaf = leafHash(body);
    const tree = new MerkleTree(state.position, state.tree);
    tree.append(leaf);
    return { time, action: entry.action, body, leaf, tree: tree.subtrees, links };
  }
}
