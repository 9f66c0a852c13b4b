import { addressesOf, foundInPart, notInParts } from '../read/big-bundle.ts';
import type { BigText } from '../read/files.ts';
import { ownKey } from '../read/references.ts';
import type { Found } from '../read/found.ts';
import type { Fault } from '../read/resources.ts';
import { mapReferences } from './references.ts';
import { SENDABLE } from './sendable.ts';

/**
 * The resources of a document that is too long for one transaction, as if they were lines: each with its own id, and with references
 * to the others by type and id in place of the document's addresses.
 */
export async function* resourcesToSend(
  document: BigText,
  { onFault }: { onFault: (fault: Fault) => void },
): AsyncGenerator<Found> {
  const { big, where } = document;
  const addresses = await addressesOf(document);
  const { resourceType, type } = big.header;
  if (resourceType === 'Bundle' && !SENDABLE.has(type as string)) {
    onFault({ fault: `A Bundle of type ${type} cannot be sent`, where });
    return;
  }
  const unread = notInParts(document);
  if (unread) return onFault(unread);
  onFault({
    fault: 'Too long for one transaction: sent in several, patient by patient',
    where,
    kind: 'note',
  });
  for await (const part of big.parts()) {
    if ('fault' in part) onFault(part);
    else
      for (const found of foundInPart(part, document, addresses)) {
        if ('fault' in found) onFault(found);
        else if (!found.deleted) yield asSingle(found);
      }
  }
}

function asSingle(found: Found): Found {
  const { resource, where, request } = found;
  const [, id] = ownKey(found).split('/');
  const named = { ...resource, id: resource.id ?? id };
  const inIds = mapReferences(named, (reference) => found.local?.get(reference) ?? reference);
  return { resource: inIds, where, ...(request && { request }) };
}
