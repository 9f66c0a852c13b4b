const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes and children. Texts become text nodes: nothing of a resource is ever read as HTML. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same of SVG. */
export function shape(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/** A link to a view of this page. */
export function linkTo(path, text) {
  return element('a', { href: `#/${path}` }, text);
}
