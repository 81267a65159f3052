namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>Refuses tasks with images before anything is fetched: what programs train and store are models that read text alone.</summary>
internal static class TextOnly
{
    /// <summary>Checks the tasks.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="models">Which models read text alone, such as "a study's models".</param>
    /// <param name="options">How they are asked.</param>
    /// <exception cref="ConfigurationException">One of them shows images.</exception>
    public static void Check(IEnumerable<EvaluationTask> tasks, string models, EvaluationOptions options) =>
        ConfigurationException.ThrowIfAny([.. tasks.Where(task => task.Images is not null && !options.QuestionOnly).Select(task =>
            $"Evaluation:Tasks names '{task.Name}', whose questions are on images, and {models} read text alone; "
            + "Evaluation:QuestionOnly=true asks the questions without their images.")]);
}
