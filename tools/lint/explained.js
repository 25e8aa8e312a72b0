/**
 * A lint rule that is switched off says why: `// eslint-disable-next-line rule -- reason`. A hole in a wall without a
 * reason is a hole that nobody dares to close. (`@ts-expect-error` is held to the same by `ban-ts-comment`.)
 */
const directive = /^\s*eslint-disable(?:-line|-next-line)?\b(?<rest>[^]*)$/u;

/** What is missing from a comment that switches rules off, or undefined. */
function missing(text) {
  const rest = directive.exec(text)?.groups.rest;
  if (rest === undefined) return undefined;
  const [rules, ...reason] = rest.split(/\s--\s/u);
  if (rules.trim() === '') return 'name the rules that are switched off';
  if (reason.join(' ').trim().length < 8) return 'say why the rule is switched off: `-- reason`';
  return undefined;
}

/** @type {import('eslint').Rule.RuleModule} */
const explained = {
  meta: { type: 'problem', schema: [], docs: { description: 'every lint suppression names its rules and its reason' } },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const message = missing(comment.value);
          if (message !== undefined) context.report({ loc: comment.loc, message });
        }
      },
    };
  },
};

module.exports = { explained, missing };
