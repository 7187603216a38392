/**
 * An upstream with the tools that the scenarios of the official suite call, as the suite describes them. Its package
 * does not ship a server that has them. Started over stdio by conformance-server.ts; asks its client for a sample or for
 * input where the scenario wants that, and fails where the client has neither.
 */
import { type CallToolResult, Server, type ServerContext } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

interface FixtureTool {
  readonly description: string;
  readonly inputSchema?: { readonly type: 'object'; readonly [keyword: string]: unknown };
  answer(context: ServerContext): CallToolResult | Promise<CallToolResult>;
}

/** One red pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
/** A header, and no sound after it. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const ADDRESS = {
  $anchor: 'addressDef',
  type: 'object',
  properties: { street: { type: 'string' }, city: { type: 'string' } },
};

const text = (words: string): CallToolResult => ({ content: [{ type: 'text', text: words }] });

const TOOLS: ReadonlyMap<string, FixtureTool> = new Map<string, FixtureTool>([
  ['test_simple_text', { description: 'One text.', answer: () => text('This is a simple text response for testing.') }],
  [
    'test_image_content',
    {
      description: 'One picture.',
      answer: () => ({ content: [{ type: 'image', data: PNG, mimeType: 'image/png' }] }),
    },
  ],
  [
    'test_audio_content',
    { description: 'One sound.', answer: () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }) },
  ],
  [
    'test_embedded_resource',
    {
      description: 'One resource.',
      answer: () => ({ content: [resource('test://embedded-resource', 'text/plain', 'An embedded resource.')] }),
    },
  ],
  [
    'test_multiple_content_types',
    {
      description: 'A text, a picture and a resource.',
      answer: () => ({
        content: [
          { type: 'text', text: 'Multiple content types test:' },
          { type: 'image', data: PNG, mimeType: 'image/png' },
          resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
        ],
      }),
    },
  ],
  [
    'test_tool_with_logging',
    {
      description: 'Logs three lines.',
      answer: async ({ mcpReq }) => {
        for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed'])
          await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } });
        return text('logged');
      },
    },
  ],
  [
    'test_tool_with_progress',
    {
      description: 'Reports progress three times, where it is asked for.',
      answer: async ({ mcpReq }) => {
        const progressToken = mcpReq._meta?.progressToken;
        if (progressToken === undefined) return text('nobody asked');
        for (const progress of [0, 50, 100])
          await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
        return text('reported');
      },
    },
  ],
  [
    'test_error_handling',
    {
      description: 'Fails.',
      answer: () => ({ ...text('This tool intentionally returns an error for testing'), isError: true }),
    },
  ],
  ['test_reconnection', { description: 'Leaves its stream to its server.', answer: () => text('still here') }],
  [
    'test_sampling',
    {
      description: 'Asks the model of its client.',
      inputSchema: { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] },
      answer: async ({ mcpReq }) => {
        const content = { type: 'text' as const, text: 'Say something.' };
        const sample = await mcpReq.requestSampling({ messages: [{ role: 'user', content }], maxTokens: 100 });
        return text(`LLM response: ${JSON.stringify(sample.content)}`);
      },
    },
  ],
  [
    'test_elicitation',
    {
      description: 'Asks the person behind its client.',
      inputSchema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
      answer: (context) => ask(context, { username: { type: 'string' }, email: { type: 'string' } }),
    },
  ],
  [
    'test_elicitation_sep1034_defaults',
    {
      description: 'Asks with a default for each type.',
      answer: (context) =>
        ask(context, {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        }),
    },
  ],
  [
    'test_elicitation_sep1330_enums',
    {
      description: 'Asks for choices.',
      answer: (context) =>
        ask(context, {
          untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
          untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
        }),
    },
  ],
  [
    'json_schema_2020_12_tool',
    {
      description: 'Its schema has keywords that a server must not lose.',
      inputSchema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        $defs: { address: ADDRESS },
        properties: {
          name: { type: 'string' },
          address: { $ref: '#/$defs/address' },
          contactMethod: { type: 'string', enum: ['phone', 'email'] },
          phone: { type: 'string' },
          email: { type: 'string' },
        },
        allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
        if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
        then: { required: ['phone'] },
        else: { required: ['email'] },
        additionalProperties: false,
      },
      answer: () => text('kept'),
    },
  ],
]);

function resource(uri: string, mimeType: string, words: string): CallToolResult['content'][number] {
  return { type: 'resource', resource: { uri, mimeType, text: words } };
}

type Asked = Parameters<ServerContext['mcpReq']['elicitInput']>[0];

async function ask({ mcpReq }: ServerContext, properties: object): Promise<CallToolResult> {
  const requestedSchema = { type: 'object', properties };
  const answer = await mcpReq.elicitInput({ message: 'Please choose.', requestedSchema } as Asked);
  return text(JSON.stringify(answer));
}

const server = new Server({ name: 'fixture', version: '1' }, { capabilities: { tools: {}, logging: {} } });
server.setRequestHandler('tools/list', () => ({
  tools: [...TOOLS].map(([name, { description, inputSchema = { type: 'object' as const } }]) => ({
    name,
    description,
    inputSchema,
  })),
}));
server.setRequestHandler('tools/call', async ({ params }, context) => {
  const tool = TOOLS.get(params.name);
  if (tool === undefined) throw new Error('There is no such tool.');
  try {
    return await tool.answer(context);
  } catch (thrown) {
    return { ...text((thrown as Error).message), isError: true };
  }
});
await server.connect(new StdioServerTransport());
