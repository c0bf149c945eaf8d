import { AuditReader } from '../../audit/audit-reader.ts';
import { AuditVerifier } from '../../audit/audit-verifier.ts';
import { CatalogAuditLog } from '../../audit/catalog-audit-log.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { adminTokens } from '../admin-tokens.ts';
import type { AdminContext } from '../server.ts';

/** Who may use an admin listener, and its audit log. */
export function accessParts(
  catalog: Catalog,
  token?: string,
): Pick<AdminContext, 'tokens' | 'audit' | 'auditReader' | 'auditVerifier'> {
  return {
    tokens: adminTokens({ token }),
    audit: new CatalogAuditLog(catalog.audit),
    auditReader: new AuditReader(catalog.audit),
    // No key there: nothing was signed.
    auditVerifier: new AuditVerifier(catalog.audit, '/nonexistent'),
  };
}
