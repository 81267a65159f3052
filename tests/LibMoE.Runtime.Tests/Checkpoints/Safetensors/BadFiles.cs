using System.Text;
using static LibMoE.Runtime.Tests.Checkpoints.Safetensors.FileText;

namespace LibMoE.Runtime.Tests.Checkpoints.Safetensors;

/// <summary>Files that break one rule each, by what is wrong with them.</summary>
internal static class BadFiles
{
    private const string A = "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}";

    public static IReadOnlyDictionary<string, (SafetensorsRule Rule, byte[] Bytes)> All { get; } =
        new (string Claim, SafetensorsRule Rule, byte[] Bytes)[]
        {
            ("no byte at all", SafetensorsRule.HasHeaderLength, []),
            ("one byte", SafetensorsRule.HasHeaderLength, [2]),
            ("seven bytes", SafetensorsRule.HasHeaderLength, new byte[7]),

            ("a header of 2^64-1 bytes", SafetensorsRule.HeaderLengthLimit, WithLength(ulong.MaxValue, "{}"u8.ToArray())),
            ("a header of 2^63 bytes", SafetensorsRule.HeaderLengthLimit, WithLength(1UL << 63, "{}"u8.ToArray())),
            ("a header of 100,000,001 bytes", SafetensorsRule.HeaderLengthLimit, WithLength(100_000_001, "{}"u8.ToArray())),
            ("a text file", SafetensorsRule.HeaderLengthLimit, "#!/bin/sh\necho hello\n"u8.ToArray()),

            ("a header one byte beyond the file", SafetensorsRule.HeaderInsideFile, WithLength(3, "{}"u8.ToArray())),
            ("a header of 100,000,000 bytes in a short file", SafetensorsRule.HeaderInsideFile, WithLength(100_000_000, "{}"u8.ToArray())),
            ("a length and nothing else", SafetensorsRule.HeaderInsideFile, WithLength(1, [])),

            ("a stray continuation byte in a name", SafetensorsRule.Utf8, Of([.. "{\""u8, 0x80, .. "\":{}}"u8])),
            ("an overlong slash in a name", SafetensorsRule.Utf8, Of([.. "{\""u8, 0xC0, 0xAF, .. "\":{}}"u8])),
            ("half a character as bytes in a name", SafetensorsRule.Utf8, Of([.. "{\""u8, 0xED, 0xA0, 0x80, .. "\":{}}"u8])),
            ("a name in UTF-16", SafetensorsRule.Utf8, Of(Encoding.Unicode.GetBytes("{\"ä\":{}}"))),
            ("a character cut off at the end", SafetensorsRule.Utf8, Of([.. "{} "u8, 0xE2, 0x82])),
            ("half a character as an escape in a name", SafetensorsRule.Utf8, Of("{\"\\ud800\":{}}")),
            ("half a character as an escape in the metadata", SafetensorsRule.Utf8, Of("{\"__metadata__\":{\"a\":\"\\udc00x\"}}")),

            ("an empty header", SafetensorsRule.Braces, WithLength(0, [])),
            ("spaces only", SafetensorsRule.Braces, Of("        ")),
            ("a byte order mark", SafetensorsRule.Braces, Of("\uFEFF{}")),
            ("a zero byte before the brace", SafetensorsRule.Braces, Of("\0{}")),
            ("a space that JSON does not have", SafetensorsRule.Braces, Of("{}\u000b")),
            ("a zero byte after the brace", SafetensorsRule.Braces, Of("{}\0")),
            ("a list", SafetensorsRule.Braces, Of("[]")),
            ("a header that stops in the middle", SafetensorsRule.Braces, Of("{\"a\":{\"dtype\":\"F32\"")),

            ("two objects", SafetensorsRule.Json, Of("{}{}")),
            ("a trailing comma", SafetensorsRule.Json, Of($"{{{A},}}", 2)),
            ("a comment", SafetensorsRule.Json, Of($"{{/* no */{A}}}", 2)),
            ("single quotes", SafetensorsRule.Json, Of("{'a':{}}")),
            ("a name without quotes", SafetensorsRule.Json, Of("{a:{}}")),
            ("a missing brace", SafetensorsRule.Json, Of($"{{{A}", 2)),
            ("a raw line end in a name", SafetensorsRule.Json, Of("{\"a\nb\":{}}")),
            ("an unknown escape", SafetensorsRule.Json, Of("{\"\\x41\":{}}")),
            ("a fourth level", SafetensorsRule.Json, Of(One(shape: "[[2]]"), 8)),
            ("a thousand levels", SafetensorsRule.Json, Of(One(shape: new string('[', 1000) + new string(']', 1000)), 8)),
            ("a size with a leading zero", SafetensorsRule.Json, Of(One(shape: "[02]"), 8)),
            ("a size that is not a number", SafetensorsRule.Json, Of(One(shape: "[NaN]"), 8)),

            ("metadata that are a list", SafetensorsRule.Metadata, Of("{\"__metadata__\":[]}")),
            ("a number in the metadata", SafetensorsRule.Metadata, Of("{\"__metadata__\":{\"epoch\":3}}")),
            ("a null in the metadata", SafetensorsRule.Metadata, Of("{\"__metadata__\":{\"epoch\":null}}")),
            ("an object in the metadata", SafetensorsRule.Metadata, Of("{\"__metadata__\":{\"epoch\":{}}}")),

            ("a tensor twice with other shapes", SafetensorsRule.UniqueNames,
                Of($"{{{A},\"a\":{{\"dtype\":\"I8\",\"shape\":[1,2],\"data_offsets\":[0,2]}}}}", 2)),
            ("a tensor twice, once by an escape", SafetensorsRule.UniqueNames, Of(
                $"{{{A},{A.Replace("\"a\"", "\"\\u0061\"", StringComparison.Ordinal)}}}", 2)),
            ("the metadata twice", SafetensorsRule.UniqueNames, Of("{\"__metadata__\":{},\"__metadata__\":{}}")),
            ("a key of the metadata twice", SafetensorsRule.UniqueNames, Of("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}")),
            ("a dtype twice", SafetensorsRule.UniqueNames, Of(One(more: ",\"dtype\":\"F32\""), 8)),
            ("a shape twice", SafetensorsRule.UniqueNames, Of(One(more: ",\"shape\":[1]"), 8)),
            ("offsets twice", SafetensorsRule.UniqueNames, Of(One(more: ",\"data_offsets\":[0,8]"), 8)),

            ("a tensor that is a list", SafetensorsRule.EntryFields, Of("{\"a\":[]}")),
            ("a tensor that is null", SafetensorsRule.EntryFields, Of("{\"a\":null}")),
            ("a tensor without a field", SafetensorsRule.EntryFields, Of("{\"a\":{}}")),
            ("a tensor without a dtype", SafetensorsRule.EntryFields, Of("{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8)),
            ("a tensor without a shape", SafetensorsRule.EntryFields, Of("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8)),
            ("a tensor without offsets", SafetensorsRule.EntryFields, Of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8)),
            ("an unknown field", SafetensorsRule.EntryFields, Of(One(more: ",\"strides\":[1]"), 8)),
            ("a field in capitals", SafetensorsRule.EntryFields, Of("{\"a\":{\"DType\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8)),
            ("a dtype that is a number", SafetensorsRule.EntryFields, Of(One(dtype: "32"), 8)),
            ("one offset", SafetensorsRule.EntryFields, Of(One(offsets: "[8]"), 8)),
            ("three offsets", SafetensorsRule.EntryFields, Of(One(offsets: "[0,8,8]"), 8)),
            ("offsets that are a text", SafetensorsRule.EntryFields, Of(One(offsets: "\"0,8\""), 8)),
            ("a negative offset", SafetensorsRule.EntryFields, Of(One(offsets: "[-8,0]"), 8)),
            ("an offset with a point", SafetensorsRule.EntryFields, Of(One(offsets: "[0,8.0]"), 8)),
            ("an offset of 2^63", SafetensorsRule.EntryFields, Of(One(offsets: "[0,9223372036854775808]"), 8)),
            ("an offset of 100 digits", SafetensorsRule.EntryFields, Of(One(offsets: $"[0,{new string('9', 100)}]"), 8)),

            ("an unknown dtype", SafetensorsRule.DType, Of(One(dtype: "\"F31\""), 8)),
            ("a dtype in lower case", SafetensorsRule.DType, Of(One(dtype: "\"f32\""), 8)),
            ("an empty dtype", SafetensorsRule.DType, Of(One(dtype: "\"\""), 8)),
            ("a dtype of 1,000 characters", SafetensorsRule.DType, Of(One(dtype: $"\"{new string('F', 1000)}\""), 8)),
            ("a dtype that cannot be held: U16", SafetensorsRule.DType, Of(One(dtype: "\"U16\"", shape: "[4]"), 8)),
            ("a dtype that cannot be held: F8_E4M3", SafetensorsRule.DType, Of(One(dtype: "\"F8_E4M3\"", shape: "[8]"), 8)),
            ("a dtype that cannot be held: F4", SafetensorsRule.DType, Of(One(dtype: "\"F4\"", shape: "[16]"), 8)),
            ("a dtype that cannot be held: C64", SafetensorsRule.DType, Of(One(dtype: "\"C64\"", shape: "[1]"), 8)),

            ("a shape that is a number", SafetensorsRule.Shape, Of(One(shape: "2"), 8)),
            ("a shape that is null", SafetensorsRule.Shape, Of(One(shape: "null"), 8)),
            ("a negative size", SafetensorsRule.Shape, Of(One(shape: "[-2]"), 8)),
            ("a size of minus zero", SafetensorsRule.Shape, Of(One(shape: "[-0]", offsets: "[0,0]"))),
            ("a size with a point", SafetensorsRule.Shape, Of(One(shape: "[2.0]"), 8)),
            ("a size with an exponent", SafetensorsRule.Shape, Of(One(shape: "[2e0]"), 8)),
            ("a size as a text", SafetensorsRule.Shape, Of(One(shape: "[\"2\"]"), 8)),
            ("a size of true", SafetensorsRule.Shape, Of(One(shape: "[true]"), 8)),
            ("a size of 2^48", SafetensorsRule.Shape, Of(One(shape: "[281474976710656]"), 8)),
            ("a size of 2^64", SafetensorsRule.Shape, Of(One(shape: "[18446744073709551616]"), 8)),
            ("65 dimensions", SafetensorsRule.Shape, Of(
                One(shape: $"[{string.Join(",", Enumerable.Repeat(1, 65))}]", offsets: "[0,4]"), 4)),

            ("a size that overflows", SafetensorsRule.SizeOverflow, Of(One(shape: "[281474976710655,281474976710655]"), 8)),
            ("a size that overflows by its bits", SafetensorsRule.SizeOverflow, Of(One(shape: "[281474976710655,4096]"), 8)),
            ("a size that overflows to 8 bytes", SafetensorsRule.SizeOverflow, Of(One(shape: "[4294967296,4294967296,2]"), 8)),
            ("a size that overflows but for a zero", SafetensorsRule.SizeOverflow,
                Of(One(shape: "[281474976710655,281474976710655,0]", offsets: "[0,0]"))),

            ("half a byte", SafetensorsRule.WholeBytes, Of(One(dtype: "\"F4\"", shape: "[3]", offsets: "[0,2]"), 2)),
            ("six bits", SafetensorsRule.WholeBytes, Of(One(dtype: "\"F6_E2M3\"", shape: "[1]", offsets: "[0,1]"), 1)),

            ("an end before the begin", SafetensorsRule.Contiguous, Of(One(offsets: "[8,0]"), 8)),
            ("data that begin late", SafetensorsRule.Contiguous, Of(One(offsets: "[8,16]"), 16)),
            ("a hole of one byte", SafetensorsRule.Contiguous, Of($"{{{A},{Second("[3,5]")}}}", 5)),
            ("two tensors in one place", SafetensorsRule.Contiguous, Of($"{{{A},{Second("[0,2]")}}}", 2)),
            ("tensors that overlap by a byte", SafetensorsRule.Contiguous, Of($"{{{A},{Second("[1,3]")}}}", 3)),
            ("an empty tensor within another", SafetensorsRule.Contiguous, Of($"{{{A},{Second("[1,1]", 0)}}}", 2)),
            ("an empty tensor beyond the data", SafetensorsRule.Contiguous, Of($"{{{A},{Second("[9,9]", 0)}}}", 2)),

            ("too few bytes for the shape", SafetensorsRule.SizeMatchesOffsets, Of(One(offsets: "[0,7]"), 7)),
            ("too many bytes for the shape", SafetensorsRule.SizeMatchesOffsets, Of(One(offsets: "[0,9]"), 9)),
            ("no bytes for the shape", SafetensorsRule.SizeMatchesOffsets, Of(One(offsets: "[0,0]"))),
            ("bytes for an empty shape", SafetensorsRule.SizeMatchesOffsets, Of(One(shape: "[0]"), 8)),
            ("the bytes of another dtype", SafetensorsRule.SizeMatchesOffsets, Of(One(dtype: "\"F64\""), 8)),

            ("one byte missing at the end", SafetensorsRule.EndsWithData, Of(One(), 7)),
            ("all data missing", SafetensorsRule.EndsWithData, Of(One())),
            ("one byte after the data", SafetensorsRule.EndsWithData, Of(One(), 9)),
            ("data without a tensor", SafetensorsRule.EndsWithData, Of("{}", 1)),
            ("another file after the data", SafetensorsRule.EndsWithData, [.. Of(One(), 8), .. "PK\u0005\u0006"u8]),
            ("a tensor of 2^47 bytes", SafetensorsRule.EndsWithData, Of(One("\"U8\"", "[140737488355328]", "[0,140737488355328]"), 8)),

            ("300,000 empty tensors", SafetensorsRule.Memory,
                Of("{" + string.Join(",", Enumerable.Range(0, 300_000)
                    .Select(i => $"\"{i}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}")) + "}")),
            ("metadata of 9 million characters", SafetensorsRule.Memory, Of(
                $"{{\"__metadata__\":{{\"a\":\"{new string('x', 9_000_000)}\"}}}}")),
        }.ToDictionary(bad => bad.Claim, bad => (bad.Rule, bad.Bytes));

    private static string Second(string offsets, int size = 2) =>
        $"\"b\":{{\"dtype\":\"U8\",\"shape\":[{size}],\"data_offsets\":{offsets}}}";
}
