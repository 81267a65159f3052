using static TorchSharp.torch;

namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>Models of a program's own learner are evaluated in the number type that the program makes them in.</summary>
internal static class OwnPrecision
{
    /// <summary>Refuses another one.</summary>
    /// <exception cref="ConfigurationException">Another type is asked for.</exception>
    public static void Check(EvaluationOptions options)
    {
        if (options.Precision != ScalarType.Float32)
        {
            throw new ConfigurationException(
                $"Evaluation:Precision is {options.Precision}; a model of the program's own learner is evaluated as the program makes it, "
                    + "so it must be Float32.");
        }
    }
}
