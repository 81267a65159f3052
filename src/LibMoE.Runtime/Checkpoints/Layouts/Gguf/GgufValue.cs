namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>The types of metadata values; the numbers are those of a file.</summary>
internal enum GgufValueType
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    Text = 8,
    List = 9,
    UInt64 = 10,
    Int64 = 11,
    Float64 = 12,
}

/// <summary>A value of a GGUF file's metadata.</summary>
/// <param name="Type">How it is written.</param>
/// <param name="Content">A <c>decimal</c> for whole numbers, a <c>float</c> or <c>double</c>, a <c>bool</c>, a <c>string</c>, or for a list
/// an array of these.</param>
internal sealed record GgufValue(GgufValueType Type, object Content)
{
    /// <summary>The type of a list's values.</summary>
    public GgufValueType Elements { get; init; }

    public static GgufValue Of(int value) => new(GgufValueType.UInt32, (decimal)value);

    public static GgufValue Of(double value) => new(GgufValueType.Float32, (float)value);

    public static GgufValue Of(bool value) => new(GgufValueType.Bool, value);

    public static GgufValue Of(string value) => new(GgufValueType.Text, value);

    public static GgufValue Of(IEnumerable<string> values) => List(GgufValueType.Text, values.Cast<object>());

    public static GgufValue Of(IEnumerable<int> values) => List(GgufValueType.Int32, values.Select(value => (object)(decimal)value));

    public static GgufValue Of(IEnumerable<float> values) => List(GgufValueType.Float32, values.Cast<object>());

    /// <summary>Whether a type is of whole numbers.</summary>
    public static bool IsWhole(GgufValueType type) =>
        type is not (GgufValueType.Float32 or GgufValueType.Float64 or GgufValueType.Bool or GgufValueType.Text or GgufValueType.List);

    private static GgufValue List(GgufValueType elements, IEnumerable<object> values) =>
        new(GgufValueType.List, values.ToArray()) { Elements = elements };
}
