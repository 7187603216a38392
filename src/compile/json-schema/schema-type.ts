/**
 * One JSON Schema document (2020-12 or draft-07) as TypeScript: the type of its root, and the named types that its
 * references need. Never throws and never fetches: what cannot be said, or is too large to say, is `unknown`, so the
 * type is sometimes wider than the schema and never narrower, but for undeclared properties (see object-type.ts).
 * Called by ../declarations.ts.
 */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { renderArrayType } from './array-type.ts';
import {
  conditionals,
  impliedTypes,
  isCombined,
  isEverything,
  isOfType,
  isPlain,
  list,
  memberPosition,
  TYPE_BITS,
  typeNames,
} from './keywords.ts';
import { renderObjectType } from './object-type.ts';
import { createReferences, type References, resourceOf, type Target } from './references.ts';
import { type Budget, beside, createBudget, type Position, type Rendering, type Style } from './rendering.ts';
import { docLines, inlineDoc, renderDocComment } from './text/doc-comment.ts';
import { literalUnion, typeName } from './text/literal-type.ts';
import {
  atom,
  bareType,
  intersectionOf,
  KIND,
  NEVER,
  named,
  opaque,
  type TypeText,
  unionOf,
} from './text/type-text.ts';

const MAX_DEPTH = 24;
/** References followed inside one another before the next one is put off: bounds our own stack. */
const MAX_OPEN = 12;

export interface DocumentOptions {
  readonly style: Style;
  readonly word: 'unknown' | 'any';
  /** What a type is called that stands for the whole document. */
  readonly rootName: string;
  /** The namespace of the named types, with its dot; empty where they have none. */
  readonly namespace: string;
  /** Names of types already given in that namespace; added to. */
  readonly names: Set<string>;
  readonly indent: string;
}

export interface RenderedDocument {
  readonly type: TypeText;
  /** `type Name = …;` statements for the namespace, each with its doc comment and line end. */
  readonly namedTypes: readonly string[];
}

export function renderDocument(root: Json | undefined, options: DocumentOptions): RenderedDocument {
  if (!isJsonObject(root)) return { type: root === false ? NEVER : opaque(options.word), namedTypes: [] };
  return new SchemaDocument(root, options).render();
}

interface NamedType {
  readonly name: string;
  readonly target: Target;
  meaning?: TypeText;
}

class SchemaDocument implements Rendering {
  readonly style: Style;
  readonly word: 'unknown' | 'any';
  readonly budget: Budget;
  readonly #root: JsonObject;
  readonly #options: DocumentOptions;
  readonly #references: References;
  readonly #named = new Map<Json, NamedType>();
  readonly #statements: string[] = [];
  readonly #putOff: NamedType[] = [];
  /** One schema may be referred to from thousands of places, so what costs the most is made once. */
  readonly #docs = new Map<Json, string>();
  readonly #literals = new Map<Json, TypeText>();
  #open = 0;
  #isCut = false;

  constructor(root: JsonObject, options: DocumentOptions) {
    this.style = options.style;
    this.word = options.word;
    this.budget = createBudget(options.style);
    this.#root = root;
    this.#options = options;
    this.#references = createReferences(root);
  }

  render(): RenderedDocument {
    const { indent, rootName } = this.#options;
    const whole: Target = { schema: this.#root, resource: this.#root, name: rootName };
    if (this.style === 'line') this.#named.set(this.#root, { name: rootName, target: whole });
    const type = this.renderSchema(this.#root, { resource: this.#root, depth: 0, indent, isInNamespace: false });
    for (let next = this.#putOff.pop(); next !== undefined; next = this.#putOff.pop()) this.#renderNamed(next);
    return { type, namedTypes: this.#statements };
  }

  readonly inlineDoc = (schema: Json | undefined): string => {
    if (this.style === 'line' || !isJsonObject(schema)) return '';
    const doc = this.#docs.get(schema) ?? inlineDoc(schema);
    this.#docs.set(schema, doc);
    return this.budget.takeDoc(doc) ? doc : '';
  };

  readonly renderSchema = (schema: Json | undefined, at: Position): TypeText => {
    if (schema === false) return NEVER;
    if (!isJsonObject(schema)) return opaque(this.word);
    if (at.depth > MAX_DEPTH) return opaque(this.word, 'left out: nested too deeply');
    if (!this.budget.takeNode()) return this.#leaveOut();
    if (isEverything(schema.not)) return NEVER;
    const resource = resourceOf(schema, at.resource);
    const here = resource === at.resource ? at : { ...at, resource };
    const own = this.#renderOwn(schema, here);
    const type = isCombined(schema) ? this.#combine(own, schema, here) : own;
    const isNullable = schema.nullable === true && schema.type === undefined;
    return isNullable ? unionOf([type, bareType(KIND.null, this.word)]) : type;
  };

  /** Said once: a schema that is too large is so in a thousand places. */
  #leaveOut(): TypeText {
    const type = opaque(this.word, this.#isCut ? undefined : 'left out: the schema is too large');
    this.#isCut = true;
    return { ...type, isCut: true };
  }

  #combine(own: TypeText, schema: JsonObject, at: Position): TypeText {
    const members = memberPosition(schema, at);
    const others = intersectionOf([
      ...this.#references.targets(schema, at.resource).map((target) => this.#renderTarget(target, at)),
      ...list(schema.allOf).map((member) => this.renderSchema(member, members)),
      ...[schema.anyOf, schema.oneOf].map((choices) => this.#renderChoice(list(choices), members)),
      ...conditionals(schema).map((branches) => this.#renderConditional(branches, members)),
    ]);
    // `additionalProperties: false` beside a `$ref` to a string: what is merely implied gives way to what is said.
    const isImplied = typeNames(schema) === undefined && !Object.hasOwn(schema, 'const') && schema.enum === undefined;
    return isImplied && (own.kinds & others.kinds) === 0 ? others : intersectionOf([own, others]);
  }

  /** The schema's own keywords, without those that combine it with others. */
  #renderOwn(schema: JsonObject, at: Position): TypeText {
    const values = Object.hasOwn(schema, 'const') ? [schema.const ?? null] : schema.enum;
    if (Array.isArray(values)) return this.#renderValues(values, schema);
    const types = typeNames(schema) ?? impliedTypes(schema, at);
    if (types === undefined) return opaque(this.word);
    return unionOf(
      types.map((type) => {
        if (type === 'object') return renderObjectType(schema, at, this);
        return type === 'array' ? renderArrayType(schema, at, this) : bareType(TYPE_BITS.get(type) ?? 0, this.word);
      }),
    );
  }

  #renderValues(values: readonly Json[], schema: JsonObject): TypeText {
    const types = typeNames(schema);
    const possible =
      types === undefined ? values : values.filter((value) => types.some((type) => isOfType(value, type)));
    const union = this.#literals.get(schema) ?? literalUnion(possible, this.word);
    this.#literals.set(schema, union);
    return this.budget.takeText(union.text) ? union : bareType(union.kinds, this.word);
  }

  #renderChoice(choices: readonly Json[], at: Position): TypeText {
    if (choices.length === 0) return opaque(this.word);
    return unionOf(
      choices.map((choice) => {
        const type = this.renderSchema(choice, at);
        return type.isOpaque ? type : { ...type, text: `${this.inlineDoc(choice)}${type.text}` };
      }),
    );
  }

  /** Which branch holds is beyond types; that its properties may be there is not. */
  #renderConditional(branches: readonly (Json | undefined)[], at: Position): TypeText {
    if (at.types?.length !== 1 || at.types[0] !== 'object') return opaque(this.word);
    const nothing = atom('{}', KIND.object, { takesEmpty: true });
    return unionOf(branches.map((branch) => (branch === undefined ? nothing : this.renderSchema(branch, at))));
  }

  #renderTarget(target: Target | undefined, at: Position): TypeText {
    if (target === undefined) return opaque(this.word, '$ref leads nowhere in this schema');
    if (this.#references.isCircular(target)) return opaque(this.word, '$ref leads back to itself');
    const known = this.#named.get(target.schema);
    if (known === undefined && (this.style === 'line' || isPlain(target.schema)))
      return this.#renderInPlace(target, at);
    const type = known ?? this.#name(target);
    if (known === undefined && this.#open >= MAX_OPEN) this.#putOff.push(type);
    else if (known === undefined) this.#renderNamed(type);
    return named(`${at.isInNamespace ? '' : this.#options.namespace}${type.name}`, type.meaning);
  }

  #renderInPlace(target: Target, at: Position): TypeText {
    const { schema, resource } = target;
    // Known by its name while it is being rendered, so that a recursion inside ends at the name.
    this.#named.set(schema, { name: typeName(target.name), target });
    const type = this.renderSchema(schema, { ...beside(at), resource });
    this.#named.delete(schema);
    return type.isOpaque ? type : { ...type, text: `${this.inlineDoc(schema)}${type.text}` };
  }

  #name(target: Target): NamedType {
    const { names, rootName } = this.#options;
    const wanted = target.schema === this.#root ? rootName : typeName(target.name);
    let name = wanted;
    for (let count = 2; names.has(name); count += 1) name = `${wanted}${count}`;
    names.add(name);
    const type = { name, target };
    this.#named.set(target.schema, type);
    return type;
  }

  #renderNamed(type: NamedType): void {
    const { schema, resource } = type.target;
    const doc = isJsonObject(schema) ? renderDocComment(docLines(schema, type.name), '  ') : '';
    this.#open += 1;
    type.meaning = this.renderSchema(schema, { resource, depth: 0, indent: '  ', isInNamespace: true });
    this.#open -= 1;
    this.#statements.push(`${this.budget.takeDoc(doc) ? doc : ''}  type ${type.name} = ${type.meaning.text};\n`);
  }
}
