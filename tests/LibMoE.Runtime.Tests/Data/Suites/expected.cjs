// How expected.json was made: npm install tokenizers@0.23.2 (Hugging Face's own library) sentencepiece-js@1.1.0 (SentencePiece in WebAssembly),
// then node expected.cjs. It needs nothing of this repository but the files beside it.
const fs = require('fs'), path = require('path'), crypto = require('crypto');
const { Tokenizer } = require(require.resolve('tokenizers', { paths: [process.cwd()] }));
const { SentencePieceProcessor } = require(require.resolve('sentencepiece-js', { paths: [process.cwd()] }));
const file = name => path.join(__dirname, name);
const json = name => JSON.parse(fs.readFileSync(file(name)));
const texts = { vectors: json('vectors.json'), random: require('./random-texts.cjs')(2026, 2000) };

const prints = b => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
const letters = [];
for (let b = 0, next = 256; b < 256; b++) letters[b] = String.fromCharCode(prints(b) ? b : next++);
const merges = fs.readFileSync(file('merges.txt'), 'utf8').trim().split('\n');
const vocab = {};
for (const piece of [...letters, ...merges.map(merge => merge.replace(' ', ''))]) vocab[piece] ??= Object.keys(vocab).length;

const files = {};
const byteLevel = {
  type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, vocab, merges,
};
for (const [name, steps] of Object.entries(json('families.json'))) {
  const model = name.startsWith('llama-') && name !== 'llama-bpe' ? json('llama-model.json') : byteLevel;
  files[name] = { version: '1.0', added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, ...steps, model };
}

async function main() {
  const expected = {};
  const model = new SentencePieceProcessor();
  await model.load(file('llama-spm.model'));
  const encoders = { 'llama-spm': text => model.encodeIds(text) };
  for (const [name, content] of Object.entries(files)) {
    const tokenizer = Tokenizer.fromString(JSON.stringify(content));
    encoders[name] = async text => (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
  }
  for (const [name, encode] of Object.entries(encoders)) {
    const lines = [];
    for (const text of texts.random) lines.push([...await encode(text)].join(' '));
    const vectors = [];
    for (const text of texts.vectors) vectors.push([...await encode(text)].join(' '));
    expected[name] = { vectors, random: crypto.createHash('sha256').update(lines.join('\n')).digest('hex') };
    if (process.argv[2]) fs.writeFileSync(path.join(process.argv[2], `${name}.ids`), [...vectors, ...lines].join('\n') + '\n');
  }
  fs.writeFileSync(file('expected.json'), JSON.stringify(expected, null, 1) + '\n');
  if (process.argv[2]) {
    fs.writeFileSync(path.join(process.argv[2], 'texts.jsonl'), [...texts.vectors, ...texts.random].map(text => JSON.stringify(text)).join('\n') + '\n');
    for (const [name, content] of Object.entries(files)) {
      fs.mkdirSync(path.join(process.argv[2], name), { recursive: true });
      fs.writeFileSync(path.join(process.argv[2], name, 'tokenizer.json'), JSON.stringify(content));
    }
  }
}
main();
