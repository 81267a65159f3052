#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1, SentencePieceTokenizer of a BPE model: of equal pairs the rightmost is merged. SentencePiece's bpe_model.cc
# compares (score, then left) and takes the leftmost, so that "!!!" is ▁ !! ! there.
# Seen: Microsoft.ML.Tokenizers gives "3 4 5" (▁ ! !!); npm's sentencepiece-js 1.1.0 gives "3 5 4" (▁ !! !) for the same file.
# Needs dotnet 10, node and npm. Ends with 1 if either output changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > ties.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.ML.Tokenizers" Version="2.0.1" /></ItemGroup>
</Project>
X
cat > Program.cs <<'X'
using System.Text;
using Microsoft.ML.Tokenizers;

// sentencepiece_model.proto: pieces (1) with text, score and kind; trainer_spec (2): BPE; normalizer_spec (3): identity, a blank before a text.
static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
static byte[] Piece(string text, float score, byte kind) => Field(1, [.. Field(1, Encoding.UTF8.GetBytes(text)), 0x15, .. BitConverter.GetBytes(score), 0x18, kind]);
byte[] model =
[
    .. Piece("<unk>", 0, 2), .. Piece("<s>", 0, 3), .. Piece("</s>", 0, 3), .. Piece("\u2581", -2, 1), .. Piece("!", -2, 1), .. Piece("!!", -1, 1),
    .. Field(2, [0x18, 2]), .. Field(3, [.. Field(1, "identity"u8.ToArray()), 0x18, 1, 0x20, 0, 0x28, 1]),
];
File.WriteAllBytes("ties.model", model);
using var stream = new MemoryStream(model);
Console.WriteLine(string.Join(' ', SentencePieceTokenizer.Create(stream, false, false).EncodeToIds("!!!", false, false)));
X
ml=$(dotnet run -v q | tail -n 1)
npm install --silent --no-audit --no-fund --prefix "$folder" sentencepiece-js@1.1.0 > npm.txt
cat > ties.cjs <<'X'
const { SentencePieceProcessor } = require('sentencepiece-js');
(async () => { const model = new SentencePieceProcessor(); await model.load('ties.model'); console.log([...model.encodeIds('!!!')].join(' ')); })();
X
sp=$(node ties.cjs | tail -n 1)
echo "Microsoft.ML.Tokenizers: $ml; SentencePiece: $sp"
[ "$ml" = "3 4 5" ] && [ "$sp" = "3 5 4" ]
