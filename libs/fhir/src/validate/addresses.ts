/** urn:uuid: and a UUID in small letters. @see FHIR R4, datatypes, uuid */
export const UUID = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** urn:oid: and an OID. @see FHIR R4, datatypes, oid */
export const OID = /^urn:oid:[0-2](\.(0|[1-9]\d*))+$/;
/** A URI with its scheme. @see RFC 3986, section 3 */
export const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\S+$/i;
