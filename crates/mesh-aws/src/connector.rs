use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

use crate::http::{Http, HttpError};

/// Our HTTP client as the SDK's clients take one.
#[derive(Clone, Debug)]
struct Connector {
    http: Http,
    /// Some providers of credentials ask for less than the caller's deadline: one that is not there must not spend it all.
    patience: Option<std::time::Duration>,
}

pub(crate) fn client(http: Http) -> SharedHttpClient {
    http_client_fn(move |settings, _| {
        SharedHttpConnector::new(Connector {
            http: http.clone(),
            patience: settings.read_timeout(),
        })
    })
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            match connector.patience {
                Some(patience) => tokio::time::timeout(patience, connector.answer(request))
                    .await
                    .map_err(|elapsed| ConnectorError::timeout(elapsed.into()))?,
                None => connector.answer(request).await,
            }
        })
    }
}

impl Connector {
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let response = self.http.start(request).await.map_err(fault)?;
        HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
}

fn fault(error: HttpError) -> ConnectorError {
    match error {
        HttpError::TimedOut => ConnectorError::timeout(error.into()),
        HttpError::Unreachable(_) => ConnectorError::io(error.into()).never_connected(),
        HttpError::BrokenOff(_) => ConnectorError::io(error.into()),
    }
}
