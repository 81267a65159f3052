namespace LibMoE.Runtime;

/// <summary>Serves a model over HTTP; the project LibMoE.Serving has it, so that no one else gets ASP.NET Core.</summary>
public interface IModelServer
{
    /// <summary>Serves until it is stopped.</summary>
    /// <param name="model">The model; it is not disposed.</param>
    /// <param name="options">Where, and within which limits.</param>
    /// <param name="started">Gets the server's address once it answers.</param>
    /// <param name="stop">Ends the server: texts that are being continued end there.</param>
    /// <exception cref="ConfigurationException">The address or port cannot be had, a setting is wrong, or the model's texts cannot be
    /// continued together.</exception>
    Task ServeAsync(LoadedModel model, ServingOptions options, Action<Uri> started, CancellationToken stop);
}
