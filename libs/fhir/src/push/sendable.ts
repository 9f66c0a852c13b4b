/** Types of bundles that hold resources to be created; others are messages, documents or answers. */
export const SENDABLE = new Set(['transaction', 'batch', 'collection', 'searchset']);
