namespace LibMoE.Runtime;

/// <summary>
/// The rules that a safetensors file is held to. Where a comment says "stricter", the format's first reader lets the case pass, and two
/// readers could see different tensors in one file.
/// </summary>
public enum SafetensorsRule
{
    /// <summary>The file has at least the 8 bytes of the header's length.</summary>
    HasHeaderLength = 1,

    /// <summary>The header has at most 100,000,000 bytes; checked before anything is allocated.</summary>
    HeaderLengthLimit = 2,

    /// <summary>The header lies within the file.</summary>
    HeaderInsideFile = 3,

    /// <summary>The header is UTF-8, its escapes whole characters.</summary>
    Utf8 = 4,

    /// <summary>The header begins with '{' and ends in '}', with nothing but JSON's white space before and after.</summary>
    Braces = 5,

    /// <summary>The header is a JSON object, at most 3 deep, without comments or trailing commas.</summary>
    Json = 6,

    /// <summary>__metadata__ holds texts only, or is null.</summary>
    Metadata = 7,

    /// <summary>No name occurs twice (stricter).</summary>
    UniqueNames = 8,

    /// <summary>An entry has exactly dtype, shape and data_offsets, two unsigned integers (stricter: no further fields).</summary>
    EntryFields = 9,

    /// <summary>The element type is one of the format's and one that can be held here (the latter stricter); a BOOL is 0 or 1.</summary>
    DType = 10,

    /// <summary>Sizes are plain unsigned integers up to 2⁴⁸−1, at most 64 of them (stricter: no 1.0, 1e3 or -0).</summary>
    Shape = 11,

    /// <summary>The number of bits fits in 63 bits, sizes of 0 left out (stricter).</summary>
    SizeOverflow = 12,

    /// <summary>The data are whole bytes.</summary>
    WholeBytes = 13,

    /// <summary>The data begin at 0, and each tensor where the one before it ends: no hole, no overlap.</summary>
    Contiguous = 14,

    /// <summary>The offsets span exactly the bytes of dtype and shape.</summary>
    SizeMatchesOffsets = 15,

    /// <summary>The last tensor ends where the file ends.</summary>
    EndsWithData = 16,

    /// <summary>Empty tensors and scalars are allowed; nothing breaks this rule.</summary>
    EmptyAllowed = 17,

    /// <summary>No alignment may be assumed of a file; nothing breaks this rule.</summary>
    NoAlignmentAssumed = 18,

    /// <summary>
    /// An index names plain files beside it and maps every tensor of every shard to the one shard that has it (stricter); links stay
    /// within the model's folder and the cache that it is of (stricter).
    /// </summary>
    Shards = 19,

    /// <summary>Reading the header takes at most the file's size and 16 MiB (stricter).</summary>
    Memory = 20,

    /// <summary>The file does not change while it is read (stricter; files are read, not mapped:
    /// a mapped file cut short ends the process).</summary>
    Unchanged = 21,
}
