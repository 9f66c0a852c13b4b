/** A page in the sandbox's look. @param head what else its head has */
export function htmlPage(title: string, body: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="/page/page.css">
${head}</head>
<body>
${body}
</body>
</html>
`;
}
