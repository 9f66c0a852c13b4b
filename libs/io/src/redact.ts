/** scheme://user:password@ */
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/\\?#"<>]*@/gi;
/** Parameters of an address that let whoever has it in: presigned addresses of storage, tokens in queries. */
const SECRET_PARAMETER =
  /([?&;#](?:[\w.-]*(?:token|signature|secret|password|passwd|credential|api[_-]?key|access[_-]?key)[\w.-]*|sig|key|code|auth|pwd)=)[^\s&;#"'<>]+/gi;

/** The text with what is secret in its URLs left out: users and passwords, and the values of parameters such as token. */
export function redactUrls(text: string): string {
  return text.replace(USER_INFO, '$1***@').replace(SECRET_PARAMETER, '$1***');
}
