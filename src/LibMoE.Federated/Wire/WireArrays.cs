using Google.Protobuf;
using LibMoE.Federated.Arrays;
using LibMoE.Federated.Contract;

namespace LibMoE.Federated.Wire;

/// <summary>Arrays as messages carry them.</summary>
internal static class WireArrays
{
    /// <summary>What Flower calls files of <c>numpy.save</c>.</summary>
    public const string Type = "numpy.ndarray";

    /// <summary>The longest message, in bytes: Flower's.</summary>
    public const int Longest = 512 * 1024 * 1024;

    /// <summary>Arrays to a message.</summary>
    public static Parameters ToMessage(IEnumerable<NpyArray> arrays)
    {
        var parameters = new Parameters { TensorType = Type };
        parameters.Tensors.AddRange(arrays.Select(array => UnsafeByteOperations.UnsafeWrap(array.ToBytes())));
        return parameters;
    }

    /// <summary>A message to arrays.</summary>
    /// <exception cref="InvalidDataException">Something in it cannot be read.</exception>
    public static IReadOnlyList<NpyArray> ToArrays(Parameters? parameters)
    {
        if (parameters is null || parameters.TensorType != Type)
        {
            throw new InvalidDataException($"sent parameters of type '{parameters?.TensorType}'; it must be {Type}");
        }

        var arrays = new List<NpyArray>();
        foreach (var bytes in parameters.Tensors)
        {
            try
            {
                arrays.Add(NpyArray.Read(bytes.Span));
            }
            catch (InvalidDataException wrong)
            {
                throw new InvalidDataException($"sent array {arrays.Count}, which {wrong.Message}");
            }
        }

        return arrays;
    }
}
